// The list by keyboard, its menus beside what opens them, and the next page before the reader reaches the end.
export function start(root, component) {
  const scroller = root.querySelector("[data-list]");
  const more = root.querySelector("[data-more]");
  let isLoading = false;
  const observer = new IntersectionObserver(
    async (entries) => {
      if (isLoading || more.hidden || !entries.some((entry) => entry.isIntersecting)) {
        return;
      }
      isLoading = true;
      try {
        await component.invokeMethodAsync("MoreAsync");
      } finally {
        isLoading = false;
        // Still in view: look again.
        observer.unobserve(more);
        observer.observe(more);
      }
    },
    { root: scroller, rootMargin: "600px" },
  );
  observer.observe(more);
  // Hidden ones never meet the edge: asked again when there is more.
  const shown = new MutationObserver(() => {
    observer.unobserve(more);
    observer.observe(more);
  });
  shown.observe(more, { attributes: true, attributeFilter: ["hidden"] });

  const focusRow = (row) => {
    row?.focus({ focusVisible: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    if (document.querySelector("dialog[open], :popover-open")) {
      return;
    }
    const field = event.target.closest("input, textarea, select");
    const search = root.querySelector("input[type=search]");
    const rows = [...root.querySelectorAll("[data-row]")];
    if (field) {
      if (field === search && event.key === "ArrowDown") {
        event.preventDefault();
        focusRow(rows[0]);
      } else if (event.key === "Escape") {
        field.blur();
      }
      return;
    }
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const at = rows.indexOf(document.activeElement?.closest("[data-row]"));
    if (step && (at >= 0 || event.target === document.body || event.target.closest("[data-list]"))) {
      event.preventDefault();
      focusRow(rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))]);
    } else if (event.key === "/") {
      event.preventDefault();
      search.focus();
      search.select();
    } else {
      const control = root.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (control) {
        event.preventDefault();
        control.click();
      }
    }
  };

  const onOpen = (event) => {
    const menu = event.target;
    const opener = root.querySelector(`[popovertarget="${menu.id}"]`);
    if (event.newState !== "open" || !opener) {
      return;
    }
    // Its size is known once it is shown; hidden it could not take the focus.
    menu.style.opacity = "0";
    requestAnimationFrame(() => {
      menu.style.opacity = "";
      menu.style.inset = "";
      if (!matchMedia("(max-width: 799px)").matches) {
        const place = opener.getBoundingClientRect();
        const { width } = menu.getBoundingClientRect();
        menu.style.inset = `${place.bottom + 6}px auto auto ${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
      }
    });
  };

  const onChoose = (event) => event.target.closest("[popover] a[data-item]")?.closest("[popover]").hidePopover();

  document.addEventListener("keydown", onKey);
  root.addEventListener("beforetoggle", onOpen, { capture: true });
  root.addEventListener("click", onChoose);
  root.dataset.ready = "";
  return {
    stop: () => {
      observer.disconnect();
      shown.disconnect();
      document.removeEventListener("keydown", onKey);
    },
  };
}
