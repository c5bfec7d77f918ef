// The options of matrices.
const place = (value, map) => {
  const turn = { linear: (v) => v, sqrt: (v) => Math.sign(v) * Math.sqrt(Math.abs(v)), log: (v) => Math.log10(v) }[map.scale];
  const [low, high] = [turn(map.low), turn(map.high)];
  const at = (turn(value) - low) / (high - low || 1);
  return Number.isFinite(at) ? Math.min(1, Math.max(0, at)) : null;
};
const back = (at, map) => {
  const turn = { linear: (v) => v, sqrt: (v) => Math.sign(v) * Math.sqrt(Math.abs(v)), log: (v) => Math.log10(v) }[map.scale];
  const undo = { linear: (v) => v, sqrt: (v) => v * Math.abs(v), log: (v) => 10 ** v }[map.scale];
  return undo(turn(map.low) + at * (turn(map.high) - turn(map.low)));
};
const groupOf = (side, at) => {
  let end = 0;
  for (const [name, count] of side.groups) {
    end += count;
    if (at < end) return name;
  }
  return '';
};
const cellName = (side, at, shown) => {
  // Of a thinned side a cell stands for several rows.
  const first = Math.floor((at * side.count) / shown);
  if (side.extent) {
    const [low, high] = side.extent;
    return told(low + ((high - low) * (at + 0.5)) / shown, { ticks: side.ticks }, 3);
  }
  const name = side.names.length ? side.names[first] : String(first);
  const group = groupOf(side, first);
  return group ? `${name} (${group})` : name;
};
const sideAxis = (side, shown, across) => {
  const axis = axisLook({ type: 'value', min: 0, max: shown, name: side.title, inverse: !across && side.downwards }, null, across);
  axis.splitLine.show = false;
  axis.axisLabel.showMinLabel = axis.axisLabel.showMaxLabel = null;
  if (side.extent) {
    const [low, high] = side.extent;
    const size = (high - low) / 5;
    const unit = 10 ** Math.floor(Math.log10(size));
    const step = [1, 2, 5, 10].map((lead) => lead * unit).find((one) => one >= size * 0.99);
    const places = [];
    for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-6; value += step) places.push(((value - low) / (high - low)) * shown);
    axis.axisLabel.customValues = axis.axisTick.customValues = places;
    axis.axisLabel.formatter = (at) => told(Number((low + ((high - low) * at) / shown).toPrecision(10)), { ticks: side.ticks }, 4);
  } else if (side.names.length) {
    const stride = Math.max(1, Math.ceil(shown / 24));
    const places = [];
    for (let at = 0; at < shown; at += stride) places.push(at + 0.5);
    axis.axisLabel.customValues = axis.axisTick.customValues = places;
    axis.axisLabel.formatter = (at) => side.names[Math.floor(((at - 0.5) * side.count) / shown)] || '';
    Object.assign(axis.axisLabel, { width: 110, overflow: 'truncate' });
  } else {
    axis.axisLabel.formatter = (at) => told(Math.round((at * side.count) / shown), { ticks: 'whole' });
  }
  return axis;
};
const sideGroups = (side, shown, across) => {
  // Names of groups at the far side, in the middle of each.
  const places = [];
  const names = new Map();
  let end = 0;
  for (const [name, count] of side.groups) {
    const middle = ((end + count / 2) * shown) / side.count;
    places.push(middle);
    names.set(middle.toFixed(6), name);
    end += count;
  }
  const axis = axisLook({ type: 'value', min: 0, max: shown, inverse: !across && side.downwards, position: across ? 'top' : 'right' }, null, across);
  axis.axisLine.show = false;
  axis.axisTick.show = false;
  axis.splitLine.show = false;
  axis.axisLabel.customValues = places;
  axis.axisLabel.formatter = (at) => names.get(at.toFixed(6)) || '';
  Object.assign(axis.axisLabel, across ? { width: 90, overflow: 'truncate' } : { width: 84, overflow: 'truncate' });
  axis.show = places.length > 0;
  return axis;
};
const edges = (side, shown) => {
  const cuts = [];
  let end = 0;
  for (const [, count] of side.groups) {
    end += count;
    if (end < side.count) cuts.push((end * shown) / side.count);
  }
  return cuts;
};
const mapOption = (panel) => {
  const map = panel.map;
  const rows = map.columns ? Math.floor(map.values.length / map.columns) : 0;
  const cells = [];
  const missing = style('--paper');
  for (let at = 0; at < rows * map.columns; at += 1) {
    const value = map.values[at];
    const zero = map.zero && value === 0;
    if (zero) continue;
    cells.push([at % map.columns, Math.floor(at / map.columns), value === null ? null : place(value, map), value]);
  }
  const render = (params, api) => {
    const [column, row] = [api.value(0), api.value(1)];
    const [a, b] = [api.coord([column, row]), api.coord([column + 1, row + 1])];
    const x = Math.floor(Math.min(a[0], b[0]));
    const y = Math.floor(Math.min(a[1], b[1]));
    const known = Number.isFinite(api.value(2));
    return {
      type: 'rect',
      shape: { x, y, width: Math.ceil(Math.max(a[0], b[0])) - x, height: Math.ceil(Math.max(a[1], b[1])) - y },
      style: { fill: known ? api.visual('color') : missing },
    };
  };
  const line = { type: 'line', symbol: 'none', silent: true, animation: false, z: 5, tooltip: { show: false } };
  const outlines = map.outlines.flatMap((points) => [
    Object.assign({}, line, { data: points, lineStyle: { color: '#fff', width: 4 } }),
    Object.assign({}, line, { data: points, lineStyle: { color: '#222', width: 2 } }),
  ]);
  const cuts = [
    ...edges(map.across, map.columns).map((at) => ({ xAxis: at })),
    ...edges(map.upwards, rows).map((at) => ({ yAxis: at })),
  ];
  const marks = { type: 'line', data: [], silent: true, markLine: { symbol: 'none', silent: true, animation: false, label: { show: false }, lineStyle: { color: '#fff', width: 1, type: 'solid', opacity: 0.75 }, data: cuts } };
  return {
    xAxis: [sideAxis(map.across, map.columns, true), sideGroups(map.across, map.columns, true)],
    yAxis: [sideAxis(map.upwards, rows, false), sideGroups(map.upwards, rows, false)],
    series: [
      { type: 'custom', name: 'cells', data: cells, renderItem: render, encode: { x: 0, y: 1, tooltip: [3] }, dimensions: ['column', 'row', 'place', 'value'], clip: true, animation: false, progressive: 0 },
      marks,
      ...outlines,
    ],
    visualMap: {
      type: 'continuous', seriesIndex: 0, dimension: 2, min: 0, max: 1, calculable: true, orient: 'horizontal',
      left: 'center', bottom: 0, itemWidth: 12, itemHeight: 180, precision: 4,
      inRange: { color: map.colours }, outOfRange: { opacity: 0.12 },
      textStyle: { color: style('--soft'), fontSize: 11 },
      formatter: (at) => told(back(at, map), Object.assign({}, panel.value, { scale: 'linear' }), 3),
    },
    cells,
    rows,
  };
};
