// Ctrl/⌘ K opens the bar from anywhere; its list keeps the chosen line in view.
export function start(dialog, component) {
  const onKey = (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      show();
    }
  };
  const onOpener = (event) => event.target.closest("[data-open-commands]") && show();
  const onMove = (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
    }
  };
  const onClose = () => component.invokeMethodAsync("Closed");
  const onBackdrop = (event) => event.target === dialog && dialog.close();

  function show() {
    if (!dialog.open && !document.querySelector("dialog[open]")) {
      dialog.showModal();
      component.invokeMethodAsync("OpenAsync");
    }
  }

  const watch = new MutationObserver(() => dialog.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
  watch.observe(dialog, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onOpener);
  dialog.addEventListener("keydown", onMove);
  dialog.addEventListener("close", onClose);
  dialog.addEventListener("click", onBackdrop);
  dialog.dataset.ready = "";
  return {
    close: () => dialog.close(),
    press: (control) => document.querySelector(control)?.click(),
    stop: () => {
      watch.disconnect();
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("click", onOpener);
    },
  };
}
