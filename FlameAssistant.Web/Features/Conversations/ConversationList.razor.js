// Asks for the next page before the reader reaches the end.
export function start(scroller, component) {
  const more = scroller.querySelector("[data-more]");
  let isLoading = false;
  const observer = new IntersectionObserver(
    async (entries) => {
      if (isLoading || more.hidden || !entries.some((entry) => entry.isIntersecting)) {
        return;
      }
      isLoading = true;
      try {
        await component.invokeMethodAsync("MoreAsync");
      } finally {
        isLoading = false;
        // Still in view: look again.
        observer.unobserve(more);
        observer.observe(more);
      }
    },
    { root: scroller, rootMargin: "400px" },
  );
  observer.observe(more);
  return { stop: () => observer.disconnect() };
}
