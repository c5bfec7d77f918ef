// What is a function of the options of charts with two axes: axes, bands, layers, errors, marks.
// A step that divides a span from one round number to another evenly, if there is one.
const evenStep = (low, high, most) => {
  const span = high - low;
  const power = 10 ** Math.floor(Math.log10(span || 1));
  const whole = (number) => Math.abs(number - Math.round(number)) < 1e-6;
  const steps = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5].map((lead) => lead * power);
  return steps.find((step) => span / step <= most + 1e-6 && span / step > 1.5 && whole(span / step) && whole(low / step));
};
const axisLook = (axis, how, across, parts = 6) => {
  const look = {
    axisLine: { lineStyle: { color: style('--soft') } },
    axisTick: { lineStyle: { color: style('--line') } },
    axisLabel: { color: style('--soft'), fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: style('--grid') }, showMinLine: false, showMaxLine: false },
    nameTextStyle: { color: style('--ink'), fontSize: 12, overflow: 'truncate' },
    nameLocation: 'middle',
    nameGap: across ? 26 : 38,
    minorTick: { show: false },
  };
  if (how) {
    look.axisLabel.formatter = (value) => told(value, how, 6);
    if (how.scale === 'sqrt') {
      const places = roots(axis.min, axis.max);
      look.axisLabel.customValues = places;
      look.axisTick.customValues = places;
      look.splitLine.show = false;
    } else if (axis.type === 'value') {
      look.axisLabel.showMinLabel = round(axis.min, axis.max - axis.min);
      look.axisLabel.showMaxLabel = round(axis.max, axis.max - axis.min);
      if (!across) look.interval = evenStep(axis.min, axis.max, parts);
    } else if (axis.type === 'log' && logTicks(axis.min, axis.max)) {
      look.axisLabel.customValues = look.axisTick.customValues = logTicks(axis.min, axis.max);
      look.splitLine.show = false;
    } else if (axis.type === 'log') {
      const tenth = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
      look.axisLabel.showMinLabel = tenth(axis.min);
      look.axisLabel.showMaxLabel = tenth(axis.max);
    }
  }
  return Object.assign({}, axis, look);
};

const shapes = {
  // From the top of a layer down to the base: what is drawn after it covers what is below.
  layer: (data, colour, chart, series) => (params, api) => {
    if (params.dataIndexInside !== 0) return null;
    const layers = chart.panel.option.series.filter((one) => one.draw === 'layer');
    const below = layers.slice(0, layers.indexOf(series) + 1).filter((one) => !chart.figure.off.has(one.name));
    const base = chart.panel.option.yAxis.min;
    const children = [];
    let edge = [];
    const end = () => {
      if (edge.length > 1) {
        const points = edge.map((at) => api.coord([data[at][0], below.reduce((sum, one) => sum + one.data[at][1], 0)]));
        points.push(api.coord([data[edge[edge.length - 1]][0], base]), api.coord([data[edge[0]][0], base]));
        children.push({ type: 'polygon', shape: { points }, style: { fill: colour, stroke: style('--paper'), lineWidth: 0.4 }, silent: true });
      }
      edge = [];
    };
    for (let at = 0; at < data.length; at += 1) {
      if (data[at][0] === null || data[at][1] === null) end();
      else edge.push(at);
    }
    end();
    return { type: 'group', children };
  },
  band: (data, colour) => (params, api) => area(params, colour,
    data.map((d) => api.coord([d[0], d[2]])).concat(data.slice().reverse().map((d) => api.coord([d[0], d[1]])))),
  'side-band': (data, colour) => (params, api) => area(params, colour,
    data.map((d) => api.coord([d[1], d[0]])).concat(data.slice().reverse().map((d) => api.coord([d[2], d[0]])))),
  error: () => (params, api) => {
    const [row, low, high] = [0, 1, 2].map((at) => api.value(at));
    if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
    const [a, b] = [api.coord([low, row]), api.coord([high, row])];
    const half = Math.min(6, api.size([0, 1])[1] * 0.2);
    const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: style('--ink'), lineWidth: 1.4 } });
    return { type: 'group', children: [line(a[0], a[1], b[0], b[1]), line(a[0], a[1] - half, a[0], a[1] + half), line(b[0], b[1] - half, b[0], b[1] + half)] };
  },
};
const area = (params, colour, points) => {
  if (params.dataIndexInside !== 0) return null;
  return { type: 'polygon', shape: { points }, style: { fill: colour, opacity: 0.2 }, silent: true };
};
const clean = (data) => data.filter((d) => d.every((part) => part !== null));

const seriesLook = (series, chart) => {
  const colour = seen(series.color);
  const one = Object.assign({}, series, { color: colour, animation: false });
  if (series.draw) {
    one.data = ['error', 'layer'].includes(series.draw) ? series.data : clean(series.data);
    one.renderItem = shapes[series.draw](one.data, colour, chart, series);
    one.clip = true;
    delete one.draw;
  }
  if (series.type === 'bar') {
    one.data = series.data.map((d) => ({ value: d.value, itemStyle: { color: seen(d.itemStyle.color) } }));
  }
  if (series.endLabel && series.endLabel.show) {
    one.endLabel = Object.assign({ color: colour }, series.endLabel);
    one.labelLayout = { hideOverlap: true };
  }
  if (series.type === 'line' && chart.panel.pointer === 'item') {
    // Points that nobody sees, for the pointer to find.
    Object.assign(one, { symbol: 'circle', symbolSize: 8, itemStyle: { opacity: 0 }, emphasis: { itemStyle: { opacity: 1 } } });
  }
  if (series.markLine) {
    // Labels of marks that lie near each other stand above one another.
    let last = null;
    let raised = 0;
    const marks = series.markLine.data.filter((m) => m.xAxis !== null && m.yAxis !== null);
    one.markLine = {
      symbol: 'none', silent: true, animation: false,
      lineStyle: { color: style('--soft'), type: [5, 4], width: 1.2 },
      label: { color: style('--soft'), fontSize: 11 },
      data: marks.map((mark) => {
        const upright = mark.xAxis !== undefined;
        raised = upright && last !== null && mark.name ? (raised + 1) % 3 : 0;
        if (upright && mark.name) last = mark.xAxis;
        return Object.assign({}, mark, {
          label: { show: Boolean(mark.name), formatter: mark.name, position: 'end', offset: [0, -13 * raised], overflow: 'truncate', width: upright ? 240 : 100 },
        });
      }),
    };
  }
  return one;
};
