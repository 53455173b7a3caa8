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

  const submit = () => {
    const text = field.value;
    if (!field.disabled && text.trim() && text.trim().length <= Number(field.dataset.limit)) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      component.invokeMethodAsync("SubmitAsync", text);
    }
  };

  const onKey = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  };

  const onClick = (event) => {
    if (event.target.closest("[data-send]")) {
      event.stopPropagation();
      submit();
      field.focus();
    }
  };

  field.addEventListener("keydown", onKey);
  field.addEventListener("input", fit);
  root.addEventListener("click", onClick, { capture: true });
  return {
    focus: () => requestAnimationFrame(() => field.focus()),
    stop: () => root.removeEventListener("click", onClick, { capture: true }),
  };
}
