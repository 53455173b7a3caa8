// Where the reader is: at the bottom they stay there, above it nothing moves under their eyes.
export function start(body, component) {
  const scroll = body.querySelector("[data-scroll]");
  const pill = body.querySelector("[data-new]");
  let isAtBottom = true;
  let isLoading = false;
  let height = 0;
  let first, last;
  let wasFound = false;

  const ends = () => {
    const messages = scroll.querySelectorAll("[data-id]");
    return [messages[0]?.dataset.id, messages[messages.length - 1]?.dataset.id];
  };

  const toBottom = () => {
    scroll.scrollTop = scroll.scrollHeight;
    pill.hidden = true;
  };

  const seen = () => {
    if (isAtBottom && last && document.visibilityState === "visible") {
      component.invokeMethodAsync("SeenAsync");
    }
  };

  const onChange = () => {
    const [newFirst, newLast] = ends();
    const isPrepended = first && newFirst !== first && newLast === last;
    const isAppended = newLast !== last;
    const found = !wasFound && scroll.querySelector("[data-found]");
    const fresh = !first && scroll.querySelector("[role=separator]");
    if (found) {
      wasFound = true;
      isAtBottom = false;
      found.scrollIntoView({ block: "center" });
    } else if (fresh && scroll.scrollHeight > scroll.clientHeight * 1.5) {
      fresh.scrollIntoView({ block: "start" });
      isAtBottom = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
    } else if (isPrepended) {
      scroll.scrollTop += scroll.scrollHeight - height;
    } else if (isAtBottom) {
      toBottom();
    } else if (scroll.querySelector("[data-has-later]")) {
      // The button to the newest says it.
    } else if (isAppended && newLast) {
      const own = scroll.querySelector(`[data-id="${newLast}"][data-status="pending"]`);
      if (own) {
        toBottom();
      } else {
        pill.hidden = false;
      }
    }
    [first, last] = [newFirst, newLast];
    height = scroll.scrollHeight;
    if (isAppended) {
      seen();
    }
    queueMicrotask(earlier);
    queueMicrotask(later);
  };

  const later = async () => {
    const end = scroll.querySelector("[data-has-later]");
    if (!end || isLoading || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight > 400) {
      return;
    }
    isLoading = true;
    // Reading on from the past is not being at the end.
    isAtBottom = false;
    try {
      await component.invokeMethodAsync("LaterAsync");
    } finally {
      isLoading = false;
    }
  };

  const earlier = async () => {
    const top = scroll.querySelector("[data-has-earlier]");
    if (!top || isLoading || scroll.scrollTop > 400) {
      return;
    }
    isLoading = true;
    try {
      await component.invokeMethodAsync("EarlierAsync");
    } finally {
      isLoading = false;
    }
  };

  const onScroll = () => {
    isAtBottom = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 48;
    if (isAtBottom) {
      pill.hidden = true;
      seen();
    }
    earlier();
    later();
  };

  const content = new MutationObserver(onChange);
  content.observe(scroll, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-id"] });
  // The composer grows or the keyboard opens: the last line stays in view.
  const size = new ResizeObserver(() => isAtBottom && toBottom());
  size.observe(scroll);
  scroll.addEventListener("scroll", onScroll, { passive: true });
  pill.addEventListener("click", toBottom);
  document.addEventListener("visibilitychange", seen);
  onChange();

  return {
    toBottom: () => {
      isAtBottom = true;
      toBottom();
    },
    stop: () => {
      content.disconnect();
      size.disconnect();
      document.removeEventListener("visibilitychange", seen);
    },
  };
}
