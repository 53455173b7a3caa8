// Enter sends, unless a word is still being composed; the field grows with its text.
// The field is emptied here and not by the server: what is typed during the round trip belongs to the next message.
export function start(root, component) {
  const field = root.querySelector("textarea");
  const growsAlone = CSS.supports("field-sizing", "content");

  const fit = () => {
    if (!growsAlone) {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight}px`;
    }
  };

  const changed = () => field.dispatchEvent(new Event("input", { bubbles: true }));

  const submit = () => {
    const text = field.value;
    const isBusy = root.querySelector("[data-testid=upload]:not([data-upload-ready], .wrong)");
    const hasFiles = root.querySelector("[data-upload-ready]");
    if (!field.disabled && !isBusy && (text.trim() || hasFiles) && text.trim().length <= Number(field.dataset.limit)) {
      field.value = "";
      changed();
      const sent = { key: newKey(), text, isNote: isNote() };
      keep([...unsent, sent]);
      deliver(sent, false);
    }
  };

  // ---------------------------------------------------------------- what the server has not taken over yet

  // A connection may be gone long before anybody notices, and the answer may be what was lost. So what was sent is held
  // here until it is acknowledged, and goes again by the same key: the server takes each key once.
  const place = root.dataset.unsent;
  const modal = document.getElementById("components-reconnect-modal");
  let unsent = read(place) ?? [];
  // The mode that was clicked last, until the page shows it: a note must never go again as an answer.
  let meant = null;
  const shown = new MutationObserver(() => (meant = null));
  shown.observe(root, { attributeFilter: ["class"] });

  const isNote = () => root.classList.contains("note") || meant === "note";

  const keep = (list) => {
    unsent = list;
    write(place, list.length ? list : null);
  };

  const deliver = async (sent, isAgain) => {
    try {
      await component.invokeMethodAsync("TakeAsync", sent.text, sent.key, isAgain ? sent.isNote : null);
      keep(unsent.filter((other) => other.key !== sent.key));
    } catch {
      // It goes again when the connection is back.
    }
  };

  const deliverAgain = async () => {
    for (const sent of [...unsent]) {
      await deliver(sent, true);
    }
  };

  const onConnection = ({ detail }) => {
    if (detail.state === "show") {
      write(`${place}:typed`, field.value ? { text: field.value, isNote: isNote() } : null);
    } else if (detail.state === "hide") {
      write(`${place}:typed`, null);
      if (field.value) {
        changed();
      }
      deliverAgain();
    }
  };

  const takeUp = () => {
    const typed = read(`${place}:typed`);
    write(`${place}:typed`, null);
    if (typed && !field.disabled) {
      field.value = typed.text;
      changed();
      if (typed.isNote) {
        root.querySelector("[data-mode=note]")?.click();
      }
    }
    deliverAgain();
  };

  const insert = (text) => {
    field.focus();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    changed();
  };

  const onKey = (event) => {
    if (event.isComposing) {
      return;
    }
    if (root.querySelector("[data-suggest]") && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        component.invokeMethodAsync("MoveAsync", step);
        return;
      }
      if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") {
        event.preventDefault();
        component.invokeMethodAsync("ChooseAsync");
        return;
      }
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        component.invokeMethodAsync("Dismiss");
        return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  };

  const onInput = () => {
    fit();
    if (field.value.includes("@") && field.selectionStart < field.value.length) {
      // After the text itself, which goes first.
      setTimeout(() => component.invokeMethodAsync("CaretAsync", field.selectionStart));
    }
  };

  const onClick = (event) => {
    const target = event.target;
    if (target.closest("[data-mode]")) {
      meant = target.closest("[data-mode]").dataset.mode;
    } else if (target.closest("[data-send]")) {
      event.stopPropagation();
      submit();
      field.focus();
    } else if (target.closest("[data-attach]")) {
      whenFree((input) => input.click());
    } else if (target.closest("[data-slash]")) {
      if (!field.value) {
        insert("/");
      } else {
        field.focus();
      }
    } else if (target.closest("[data-at]")) {
      insert(/\S$/.test(field.value.slice(0, field.selectionStart)) ? " @" : "@");
    } else if (target.closest("[data-emoji]")) {
      target.closest("[popover]").hidePopover();
      insert(target.closest("[data-emoji]").dataset.emoji);
    }
  };

  // The newest field for files, once the server listens to it: one that has files keeps them for the upload that reads them.
  const whenFree = (use, tries = 600) => {
    const input = [...root.querySelectorAll("input[type=file]")].at(-1);
    if (input && !input.disabled && !("used" in input.dataset)) {
      use(input);
    } else if (tries > 0 && root.isConnected) {
      requestAnimationFrame(() => whenFree(use, tries - 1));
    }
  };
  const onChange = (event) => {
    if (event.target.type === "file") {
      event.target.dataset.used = "";
    }
  };

  const attach = (files) => {
    if (!files.length || field.disabled) {
      return false;
    }
    // Now, for what is pasted or dropped is there only while it is.
    const carried = new DataTransfer();
    [...files].forEach((file) => carried.items.add(file));
    whenFree((input) => {
      input.files = carried.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return true;
  };

  const onPaste = (event) => {
    // A copied table brings a picture of itself along: the words are what was meant.
    if (!event.clipboardData.types.includes("text/plain") && attach(event.clipboardData.files)) {
      event.preventDefault();
    }
  };

  // Files may be dropped anywhere on the conversation.
  const pane = root.closest("section.pane") ?? root;
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const onDrag = (event) => {
    if (!hasFiles(event)) {
      return;
    }
    event.preventDefault();
    depth += { dragenter: 1, dragleave: -1 }[event.type] ?? 0;
    root.toggleAttribute("data-dropping", depth > 0 && !field.disabled);
  };
  const onDrop = (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      depth = 0;
      root.removeAttribute("data-dropping");
      attach(event.dataTransfer.files);
    }
  };

  field.addEventListener("keydown", onKey);
  field.addEventListener("input", onInput);
  field.addEventListener("paste", onPaste);
  root.addEventListener("click", onClick, { capture: true });
  root.addEventListener("change", onChange, { capture: true });
  pane.addEventListener("dragenter", onDrag);
  pane.addEventListener("dragover", onDrag);
  pane.addEventListener("dragleave", onDrag);
  pane.addEventListener("drop", onDrop);
  modal?.addEventListener("components-reconnect-state-changed", onConnection);
  field.dataset.ready = "";
  takeUp();
  return {
    focus: () => requestAnimationFrame(() => field.focus()),
    focusEnd: () =>
      requestAnimationFrame(() => {
        field.focus();
        field.setSelectionRange(field.value.length, field.value.length);
        fit();
      }),
    stop: () => {
      shown.disconnect();
      modal?.removeEventListener("components-reconnect-state-changed", onConnection);
      root.removeEventListener("click", onClick, { capture: true });
      root.removeEventListener("change", onChange, { capture: true });
      pane.removeEventListener("dragenter", onDrag);
      pane.removeEventListener("dragover", onDrag);
      pane.removeEventListener("dragleave", onDrag);
      pane.removeEventListener("drop", onDrop);
    },
  };
}

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Of this window alone, and only until it is closed; a browser that keeps nothing has it until the page goes.
function read(place) {
  try {
    return JSON.parse(sessionStorage.getItem(place));
  } catch {
    return null;
  }
}

function write(place, value) {
  try {
    if (value === null) {
      sessionStorage.removeItem(place);
    } else {
      sessionStorage.setItem(place, JSON.stringify(value));
    }
  } catch {
    // Kept in memory.
  }
}
