// The inbox by keyboard. Controls say their key themselves (data-key); moving in the list needs no round trip.
export function start(root) {
  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    if (document.querySelector("dialog[open], :popover-open")) {
      return;
    }
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (field) {
        field.blur();
        focusRow(root.querySelector("[data-row][aria-current]"));
      } else {
        root.querySelector("[data-back]")?.click();
      }
      return;
    }
    if (field) {
      return;
    }
    const inList = event.target === document.body || event.target.closest("[data-list]");
    if (event.key === "j" || (inList && event.key === "ArrowDown")) {
      move(1, event);
    } else if (event.key === "k" || (inList && event.key === "ArrowUp")) {
      move(-1, event);
    } else {
      const control = root.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (control) {
        event.preventDefault();
        control.click();
      }
    }
  };

  function move(step, event) {
    event.preventDefault();
    const rows = [...root.querySelectorAll("[data-row]")];
    const from = rows.indexOf(document.activeElement.closest("[data-row]"));
    const current = from >= 0 ? from : rows.findIndex((row) => row.ariaCurrent);
    focusRow(rows[current < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, current + step))]);
  }

  function focusRow(row) {
    row?.focus({ focusVisible: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", onKey);
  return { stop: () => document.removeEventListener("keydown", onKey) };
}
