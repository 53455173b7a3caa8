// "?" lists the keys on every page; a page with keys of its own has its own list.
export function start(dialog) {
  const onKey = (event) => {
    if (event.key !== "?" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const busy = event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open], :popover-open");
    if (!busy && !document.querySelector('[data-key="?"]')) {
      event.preventDefault();
      dialog.showModal();
    }
  };
  const onBackdrop = (event) => event.target === dialog && dialog.close();
  document.addEventListener("keydown", onKey);
  dialog.addEventListener("click", onBackdrop);
  dialog.dataset.ready = "";
  return { stop: () => document.removeEventListener("keydown", onKey) };
}
