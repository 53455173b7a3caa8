// What only the browser knows.
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const showDialog = (dialog) => dialog.open || dialog.showModal();
// Gone with its page, when what it asked for led elsewhere.
export const closeDialog = (dialog) => dialog?.close();
// Of a row of links that is wider than a phone, the one where the person is.
export const showCurrent = (nav) => nav?.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "center" });
// Without a secure context there is no clipboard: the text is selected, for the person's own keys.
export const copyText = async (text, id) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    document.getElementById(id)?.select();
    return document.execCommand("copy");
  }
};
// In a long form the first field that is wrong, where the person must look.
export const focusWrong = (form) => form?.querySelector("[aria-invalid=true]")?.focus();
export const hidePopover = (panel) => panel.hidePopover();

// At the cursor, as if it were typed: the page is told by the event, and undo takes it back.
export const insertText = (field, text) => {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

// Once, however many pages hear of it; not for a conversation that is being looked at. A page that nobody has touched yet
// may not sound: the browser keeps it silent.
export const ring = (paths) => {
  const looks = document.hasFocus() && paths.every((path) => location.pathname === path);
  const last = Number(localStorage.getItem("flame-rang"));
  if (looks || !navigator.userActivation?.hasBeenActive || Date.now() - last < 1000) {
    return;
  }
  localStorage.setItem("flame-rang", String(Date.now()));
  const audio = new AudioContext();
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.setValueAtTime(740, audio.currentTime);
  tone.frequency.setValueAtTime(988, audio.currentTime + 0.12);
  volume.gain.setValueAtTime(0.12, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.5);
  tone.onended = () => audio.close();
};
