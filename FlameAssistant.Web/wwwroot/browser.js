// What only the browser knows.
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const showDialog = (dialog) => dialog.open || dialog.showModal();
// Gone with its page, when what it asked for led elsewhere.
export const closeDialog = (dialog) => dialog?.close();
// Of a row of links that is wider than a phone, the one where the person is.
export const showCurrent = (nav) => nav?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "center" });
export const hidePopover = (panel) => panel.hidePopover();

// At the cursor, as if it were typed: the page is told by the event, and undo takes it back.
export const insertText = (field, text) => {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};
