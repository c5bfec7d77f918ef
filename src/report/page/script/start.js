// What begins when the page is there.
const all = new Map([...document.querySelectorAll('.figure')].map((article) => [article, new Figure(article)]));
// A figure is drawn when it comes near: a page may have fifty.
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    all.get(entry.target).draw();
  }
}, { rootMargin: '800px 0px' });
const resized = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const chart = [...all.values()].flatMap((figure) => figure.charts).find((one) => one.box === entry.target);
    if (chart && chart.drawn && entry.contentRect.width) chart.drawn.resize();
  }
});
for (const [article, figure] of all) {
  near.observe(article);
  for (const chart of figure.charts) resized.observe(chart.box);
}
dark.addEventListener('change', () => {
  for (const [article, figure] of all) if (article.dataset.drawn) figure.draw();
});
