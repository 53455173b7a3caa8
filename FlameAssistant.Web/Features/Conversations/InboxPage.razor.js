// Fetched with the page, so that the first conversation that is opened takes keys at once.
import "./Composer.razor.js";
import "./ThreadPane.razor.js";

// The inbox by keyboard, its menus, and what it says while nobody looks. Controls say their key themselves (data-key);
// moving in the list and in menus needs no round trip.
const KEY = "flame-notify";

export function start(root) {
  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      return;
    }
    const open = document.querySelector(":popover-open");
    if (open && root.contains(open)) {
      inMenu(open, event);
      return;
    }
    if (document.querySelector("dialog[open], :popover-open")) {
      return;
    }
    const field = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (field) {
        field.blur();
        focusRow(root.querySelector("[data-row][aria-current]"));
      } else {
        (root.querySelector("[data-testid=bulk-clear]") ?? root.querySelector("[data-back]"))?.click();
      }
      return;
    }
    if (field) {
      if (field.matches("[data-key='/']") && event.key === "ArrowDown") {
        event.preventDefault();
        focusRow(root.querySelector("[data-row]"));
      }
      return;
    }
    const inList = event.target === document.body || event.target.closest("[data-list]");
    if (event.key === "j" || (inList && event.key === "ArrowDown")) {
      move(1, event);
    } else if (event.key === "k" || (inList && event.key === "ArrowUp")) {
      move(-1, event);
    } else if (event.key === "x") {
      const row = document.activeElement.closest("[data-row]") ?? root.querySelector("[data-row][aria-current]");
      const box = row?.parentElement.querySelector("[data-select]");
      if (box) {
        event.preventDefault();
        box.click();
      }
    } else {
      const control = root.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (control && !control.disabled) {
        event.preventDefault();
        if (control.matches("[data-focus]")) {
          control.focus();
          control.select();
        } else {
          control.click();
        }
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

  // ---------------------------------------------------------------- menus

  const itemsOf = (menu) => [...menu.querySelectorAll("[data-item], .chips button")].filter((item) => !item.hidden && !item.disabled && item.offsetParent);

  function inMenu(menu, event) {
    const items = itemsOf(menu);
    const at = items.indexOf(document.activeElement);
    const across = menu.matches("[data-grid]") ? 8 : 1;
    const step = { ArrowDown: across, ArrowUp: -across, ...(across > 1 && at >= 0 ? { ArrowRight: 1, ArrowLeft: -1 } : {}) }[event.key];
    if (event.target.closest("input[type=datetime-local]")) {
      return;
    }
    if (step && items.length) {
      event.preventDefault();
      const filter = menu.querySelector("[data-filter]");
      if (at < 0) {
        items[step > 0 ? 0 : items.length - 1].focus();
      } else if (at + step < 0 && filter) {
        filter.focus();
      } else {
        items[Math.max(0, Math.min(items.length - 1, at + step))].focus();
      }
    } else if (event.key === "Enter" && event.target.closest("[data-filter]")) {
      event.preventDefault();
      items[0]?.click();
    }
  }

  const onFilter = (event) => {
    const filter = event.target.closest("[data-filter]");
    if (filter) {
      narrow(filter.closest("[popover]"), filter.value);
    }
  };

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function narrow(menu, words) {
    const asked = plain(words.trim());
    let shown = 0;
    menu.querySelectorAll("[data-item]").forEach((item) => {
      item.hidden = asked !== "" && !plain(item.dataset.words ?? item.textContent).includes(asked);
      shown += item.hidden ? 0 : 1;
    });
    menu.querySelectorAll(".title").forEach((title) => (title.hidden = asked !== ""));
    menu.querySelector("[data-none]")?.toggleAttribute("hidden", shown > 0);
  }

  const onChoose = (event) => {
    const item = event.target.closest("[popover] [data-item]");
    if (item && !item.matches("[data-stay]")) {
      item.closest("[popover]").hidePopover();
    }
    if (event.target.closest("[data-notify]")) {
      toggleNotify();
    }
  };

  let anchor;
  const onOpen = (event) => {
    const menu = event.target;
    if (!menu.matches("[popover]")) {
      return;
    }
    if (event.newState === "closed") {
      const filter = menu.querySelector?.("[data-filter]");
      if (filter) {
        filter.value = "";
        narrow(menu, "");
      }
      return;
    }
    const invoker = document.activeElement?.closest(`[popovertarget="${menu.id}"]`) ?? root.querySelector(`[popovertarget="${menu.id}"]`);
    const place = invoker?.getBoundingClientRect();
    anchor = place?.width ? place : anchor;
    // Its size is known once it is shown; hidden it could not take the focus.
    menu.style.opacity = "0";
    requestAnimationFrame(() => put(menu));
  };

  function put(menu) {
    menu.style.opacity = "";
    if (!anchor || matchMedia("(max-width: 799px)").matches) {
      menu.style.inset = "";
      return;
    }
    const { width, height } = menu.getBoundingClientRect();
    const below = anchor.bottom + 6 + height < innerHeight - 8;
    const left = Math.max(8, Math.min(anchor.left, innerWidth - width - 8));
    const top = below ? anchor.bottom + 6 : Math.max(8, anchor.top - height - 6);
    menu.style.inset = `${top}px auto auto ${left}px`;
  }

  // ---------------------------------------------------------------- while nobody looks

  const mayNotify = () => localStorage.getItem(KEY) === "on" && "Notification" in window && Notification.permission === "granted";

  async function toggleNotify() {
    if (mayNotify()) {
      localStorage.removeItem(KEY);
    } else if ("Notification" in window && (await Notification.requestPermission()) === "granted") {
      localStorage.setItem(KEY, "on");
    }
    showNotify();
  }

  function showNotify() {
    const state = root.querySelector("[data-notify-state]");
    if (state) {
      const denied = "Notification" in window && Notification.permission === "denied";
      state.textContent = mayNotify() ? state.dataset.on : denied ? state.dataset.denied : state.dataset.off;
      state.closest("[data-notify]").ariaPressed = mayNotify() ? "true" : "false";
    }
  }

  document.addEventListener("keydown", onKey);
  root.addEventListener("input", onFilter);
  root.addEventListener("click", onChoose);
  root.addEventListener("beforetoggle", onOpen, { capture: true });
  root.addEventListener("toggle", showNotify, { capture: true });
  root.dataset.ready = "";
  return {
    tell: (title, body, href) => {
      if (!document.hidden || !mayNotify()) {
        return;
      }
      // Silent: what is heard is chosen by kind, and the bell plays it.
      const shown = new Notification(title, { body, tag: href, icon: "/favicon.svg", silent: true });
      shown.onclick = () => {
        window.focus();
        window.Blazor?.navigateTo(href);
        shown.close();
      };
    },
    stop: () => document.removeEventListener("keydown", onKey),
  };
}
