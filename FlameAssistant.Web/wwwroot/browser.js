// What only the browser knows.
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const showDialog = (dialog) => dialog.open || dialog.showModal();
export const closeDialog = (dialog) => dialog.close();
