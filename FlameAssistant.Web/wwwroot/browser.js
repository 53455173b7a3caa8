// What only the browser knows.
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const showDialog = (dialog) => dialog.open || dialog.showModal();
// Gone with its page, when what it asked for led elsewhere.
export const closeDialog = (dialog) => dialog?.close();
