// A figure: charts with one legend, over the same part of a common axis.
class Figure {
  constructor(article) {
    this.article = article;
    this.off = new Set();
    const { panels } = figures[Number(article.dataset.figure)];
    this.charts = [...article.querySelectorAll('.chart')].map((box) => new Chart(box, panels[Number(box.dataset.panel)], this));
    article.classList.add('live');
    for (const chart of this.charts) if (chart.panel.zoom) this.tools(chart);
    for (const button of article.querySelectorAll('.legend button')) button.addEventListener('click', () => this.pressed(button));
    for (const chart of this.charts) {
      chart.box.addEventListener('blur', () => chart.leave());
      chart.box.addEventListener('keydown', (event) => { if (chart.drawn && event.target === chart.box) chart.key(event); });
    }
  }

  draw() {
    try {
      for (const sign of this.article.querySelectorAll('.sign')) {
        const colour = seen(sign.dataset.colour);
        sign.setAttribute('fill', colour);
        sign.setAttribute('stroke', colour);
      }
      for (const chart of this.charts) {
        if (chart.drawn) chart.drawn.dispose();
        chart.draw();
      }
      this.article.dataset.drawn = 'yes';
    } catch (error) {
      // The static drawing takes the place of what failed.
      this.article.classList.remove('live');
      console.error(error);
    }
  }

  tools(chart) {
    const tools = element('div', undefined, 'tools');
    for (const [sign, label, act] of [
      ['+', 'Zoom in', () => this.nearer(chart, 0.5)],
      ['−', 'Zoom out', () => this.nearer(chart, 2)],
      ['↺', 'Show all', () => this.zoom(chart, 0, 100)],
    ]) {
      const button = element('button', sign);
      button.type = 'button';
      button.setAttribute('aria-label', label);
      button.title = label;
      button.addEventListener('click', act);
      tools.append(button);
    }
    chart.box.after(tools);
  }

  pressed(button) {
    const named = [...this.article.querySelectorAll('.legend button[data-name]')];
    if (button.dataset.all !== undefined) for (const one of named) this.set(one, button.dataset.all === '1');
    else this.set(button, button.getAttribute('aria-pressed') === 'false');
  }

  set(button, on) {
    const { name } = button.dataset;
    button.setAttribute('aria-pressed', String(on));
    if (on) this.off.delete(name);
    else this.off.add(name);
    for (const chart of this.charts) if (chart.drawn) chart.show(name, on);
  }

  // Charts over the same axis show the same part of it.
  like(chart) {
    return this.charts.filter((one) => one === chart || (one.panel.zoom === 'x' && chart.panel.zoom === 'x' && one.panel.option.xAxis.name === chart.panel.option.xAxis.name));
  }

  zoom(chart, start, end) {
    for (const one of this.like(chart)) one.to(start, end, true);
  }

  nearer(chart, factor) {
    const [start, end] = chart.span();
    const half = Math.min(50, Math.max(0.5, ((end - start) / 2) * factor));
    const middle = Math.min(100 - half, Math.max(half, (start + end) / 2));
    this.zoom(chart, middle - half, middle + half);
  }

  follow(chart) {
    const [start, end] = chart.span();
    for (const one of this.like(chart)) if (one !== chart) one.to(start, end, false);
  }
}
