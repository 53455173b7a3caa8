// Pages without a circuit: the browser's own dialog fills the form's hidden field, then the form is posted.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const creates = form.dataset.passkey === "create";
  let done = false;
  form.addEventListener("submit", async (event) => {
    if (done) {
      return;
    }
    event.preventDefault();
    tell(null);
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      tell("unsupported");
      return;
    }
    try {
      const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
      if (!answer.ok) {
        throw new Error(answer.statusText);
      }
      const options = await answer.json();
      const credential = creates
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.querySelector("[data-passkey-credential]").value = JSON.stringify(credential);
      done = true;
      form.requestSubmit();
    } catch {
      tell("cancelled");
    }
  });

  function tell(problem) {
    for (const notice of form.querySelectorAll("[data-passkey-problem]")) {
      notice.hidden = notice.dataset.passkeyProblem !== problem;
    }
  }
}
