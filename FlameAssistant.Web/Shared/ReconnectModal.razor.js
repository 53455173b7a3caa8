// Blazor raises the states; this shows them and lets a person try at once instead of waiting.
const modal = document.getElementById("components-reconnect-modal");

modal.addEventListener("components-reconnect-state-changed", ({ detail }) => {
  if (detail.state === "show" && !modal.open) {
    modal.showModal();
  } else if (detail.state === "hide") {
    modal.close();
  } else if (detail.state === "failed") {
    document.addEventListener("visibilitychange", retryWhenVisible);
  } else if (detail.state === "rejected") {
    location.reload();
  }
});

document.getElementById("components-reconnect-button").addEventListener("click", retry);
document.getElementById("components-resume-button").addEventListener("click", resume);

async function retry() {
  document.removeEventListener("visibilitychange", retryWhenVisible);
  try {
    // false: the server answered but no longer knows the circuit; an exception: it did not answer.
    if (!(await Blazor.reconnect())) {
      if (await Blazor.resumeCircuit()) {
        modal.close();
      } else {
        location.reload();
      }
    }
  } catch {
    document.addEventListener("visibilitychange", retryWhenVisible);
  }
}

async function resume() {
  try {
    if (!(await Blazor.resumeCircuit())) {
      location.reload();
    }
  } catch {
    modal.classList.replace("components-reconnect-paused", "components-reconnect-resume-failed");
  }
}

async function retryWhenVisible() {
  if (document.visibilityState === "visible") {
    await retry();
  }
}
