// A chosen picture is sent at once; without this script the button beside it sends it.
for (const form of document.querySelectorAll("form[data-avatar]")) {
  form.querySelector("[data-avatar-send]").hidden = true;
  form.querySelector("input[type=file]").addEventListener("change", () => form.requestSubmit());
}
