// One chart: drawing it, reading its values, zooming.
class Chart {
  constructor(box, panel, figure) {
    Object.assign(this, { box, panel, figure, at: -1, drawn: null });
    this.read = box.parentElement.querySelector('.read');
    box.classList.toggle('map', Boolean(panel.map));
    box.classList.toggle('bars', panel.names === 'y');
  }

  draw() {
    const { panel } = this;
    const known = (one) => (Array.isArray(one) ? one[1] !== null : one.value !== null);
    const empty = panel.map ? !panel.map.values.some((value) => value !== null) : !panel.option.series.some((one) => one.data.some(known));
    if (empty && !this.box.parentElement.querySelector('.empty')) this.box.after(element('p', 'no data', 'empty'));
    this.drawn = echarts.init(this.box, null, { renderer: 'canvas' });
    const narrow = this.box.clientWidth < 460;
    let option;
    this.ordered = [];
    if (panel.map) {
      const { cells, rows, ...rest } = mapOption(panel);
      this.cells = cells;
      this.rows = rows;
      option = rest;
    } else {
      const given = panel.option;
      // The highest layer first: the lower ones are painted over it.
      const layers = given.series.filter((one) => one.draw === 'layer').reverse();
      const ordered = [...layers, ...given.series.filter((one) => one.draw !== 'layer')];
      this.ordered = ordered;
      option = { legend: given.legend, series: ordered.map((one) => seriesLook(one, this)) };
      option.xAxis = axisLook(given.xAxis, panel.x, true);
      option.yAxis = axisLook(given.yAxis, panel.y, false, this.box.clientHeight < 330 ? 5 : 6);
      if (panel.names === 'y') {
        const room = Math.min(260, this.box.clientWidth * 0.42);
        Object.assign(option.yAxis, { splitLine: { show: false }, axisTick: { show: false } });
        Object.assign(option.yAxis.axisLabel, { width: room, overflow: 'truncate', interval: 0, color: style('--ink') });
        Object.assign(option.xAxis.nameTextStyle, { width: Math.max(120, this.box.clientWidth - room - 40), overflow: 'break' });
      }
      if (narrow) for (const axis of [option.xAxis, option.yAxis]) axis.splitNumber = 4;
      if (panel.names !== 'y') option.yAxis.nameTextStyle.width = this.box.clientHeight - 70;
    }
    const named = panel.option.series.some((s) => s.markLine && s.markLine.data.some((m) => m.name && m.xAxis !== undefined));
    option.animation = false;
    option.textStyle = { fontFamily: getComputedStyle(document.body).fontFamily };
    const beside = panel.option.series.flatMap((s) => [
      s.endLabel && s.endLabel.show ? s.endLabel.formatter.length : 0,
      ...(s.markLine ? s.markLine.data.map((mark) => (mark.yAxis === undefined ? 0 : mark.name.length)) : []),
    ]);
    this.right = Math.min(108, Math.max(14, ...beside.map((letters) => (letters ? letters * 6 + 10 : 0))));
    option.grid = { left: 6, right: this.right, top: panel.map ? 30 : named ? 44 : 30, bottom: panel.map ? 52 : 8, outerBoundsMode: 'same', outerBounds: { left: 4, right: this.right > 14 ? this.right : 6, top: 24, bottom: panel.map ? 44 : 4 }, outerBoundsContain: 'all' };
    if (panel.map && panel.map.zero) Object.assign(option.grid, { show: true, backgroundColor: style('--zero'), borderWidth: 0 });
    option.tooltip = {
      trigger: panel.pointer, confine: true, backgroundColor: style('--paper'), borderColor: style('--line'),
      textStyle: { color: style('--ink') }, padding: 8, transitionDuration: 0,
      axisPointer: { type: 'line', lineStyle: { color: style('--soft') }, label: { show: false } },
      formatter: (params) => { const told = this.tell(params); return told && tip(told.title, told.rows); },
    };
    if (panel.zoom) {
      const zoom = { type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: touch ? false : 'shift', moveOnMouseWheel: false, preventDefaultMouseMove: !touch };
      option.dataZoom = [Object.assign({ xAxisIndex: 'all' }, zoom)];
      if (panel.zoom === 'xy') option.dataZoom.push(Object.assign({ yAxisIndex: 'all' }, zoom));
      option.toolbox = { show: true, right: 0, top: -40, itemSize: 0, feature: { dataZoom: { xAxisIndex: 'all', yAxisIndex: panel.zoom === 'xy' ? 'all' : 'none', filterMode: 'none', brushStyle: { color: style('--link'), opacity: 0.15 } } } };
    }
    this.drawn.setOption(option);
    for (const name of this.figure.off) this.show(name, false);
    if (panel.zoom) this.zooms();
  }

  zooms() {
    if (!touch) this.drawn.dispatchAction({ type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: true });
    this.drawn.getZr().on('dblclick', () => this.figure.zoom(this, 0, 100));
    this.drawn.on('datazoom', () => {
      if (!this.quiet) this.figure.follow(this);
      this.zoomed();
    });
  }

  // While a part is shown, the ends of the axes are no round numbers; a finger then moves the part.
  zoomed() {
    const { panel } = this;
    const [start, end] = this.span();
    const part = end - start < 99.9;
    if (part === this.part) return;
    this.part = part;
    const change = {};
    if (!panel.map) {
      const { showMinLabel, showMaxLabel } = axisLook(panel.option.xAxis, panel.x, true).axisLabel;
      change.xAxis = { axisLabel: part ? { showMinLabel: false, showMaxLabel: false } : { showMinLabel, showMaxLabel } };
    }
    if (touch) change.dataZoom = this.drawn.getOption().dataZoom.map((zoom) => (zoom.type === 'inside' ? { moveOnMouseMove: part } : {}));
    this.drawn.setOption(change);
  }

  show(name, on) {
    this.drawn.dispatchAction({ type: on ? 'legendSelect' : 'legendUnSelect', name });
  }

  span() {
    const [zoom] = this.drawn.getOption().dataZoom || [{ start: 0, end: 100 }];
    return [zoom.start, zoom.end];
  }

  to(start, end, all) {
    if (!this.drawn || !this.panel.zoom) return;
    const zooms = this.drawn.getOption().dataZoom;
    const batch = zooms.map((zoom, dataZoomIndex) => ({ dataZoomIndex, start, end, across: zoom.orient !== 'vertical' && !(zoom.yAxisIndex && zoom.yAxisIndex.length) }))
      .filter((zoom) => all || zoom.across).map(({ dataZoomIndex }) => ({ dataZoomIndex, start, end }));
    this.quiet = true;
    this.drawn.dispatchAction({ type: 'dataZoom', batch });
    this.quiet = false;
  }

  // What stands at a place: the values of all lines there, or of one point, bar or cell.
  tell(params) {
    const { panel } = this;
    if (panel.pointer === 'axis') {
      const x = Array.isArray(params) ? params.length && params[0].axisValue : params;
      return this.at_place(x);
    }
    const { seriesType, dataIndex, color, value } = params;
    const label = params.label || this.ordered[params.seriesIndex]?.endLabel?.formatter;
    if (panel.map) {
      if (params.seriesIndex !== 0) return null;
      const [column, row, , number] = value;
      return this.cell(column, row, number, color);
    }
    if (seriesType === 'bar') return this.bar(dataIndex, color);
    if (!['scatter', 'line'].includes(seriesType)) return null;
    const rows = [['x', 0], ['y', 1]].map(([axis, at]) => [at ? null : color, panel[axis].label || axis, full(value[at], panel[axis])]);
    return { title: params.seriesName || label || '', rows };
  }

  at_place(x) {
    const { panel, figure } = this;
    const rows = [];
    for (const series of panel.option.series) {
      if ((series.draw && series.draw !== 'layer') || series.markLine || (series.name && figure.off.has(series.name))) continue;
      const found = nearest(series.data, x);
      const near = found && (series.data.length < 2 || Math.abs(found[0] - x) <= Math.abs(series.data[series.data.length - 1][0] - series.data[0][0]) / (series.data.length - 1) + 1e-9);
      if (!near || found[1] === null) continue;
      const band = panel.option.series.find((one) => one.draw === 'band' && one.name === series.name);
      const around = band && band.data.find((part) => part[0] === found[0]);
      const range = around ? ` (${told(around[1], panel.y)} to ${told(around[2], panel.y)})` : '';
      rows.push([seen(series.color), series.name || series.endLabel?.formatter || panel.y.label || 'value', told(found[1], panel.y) + range, found[1]]);
    }
    if (rows.length > MOST) {
      rows.sort((a, b) => b[3] - a[3]);
      const more = rows.length - MOST;
      rows.length = MOST;
      rows.push([null, `and ${more} more`, '']);
    }
    const what = panel.option.yAxis.name;
    return { title: `${panel.x.label || 'x'} ${full(x, panel.x)}${what ? ' · ' + what : ''}`, rows };
  }

  bar(at, color) {
    const { panel } = this;
    const [bars, errors] = panel.option.series;
    const [, low, high] = errors.data[at];
    const rows = [[color || seen(bars.data[at].itemStyle.color), panel.x.label || 'value', full(bars.data[at].value, panel.x)]];
    if (low !== null && high !== null) rows.push([null, 'range', `${told(low, panel.x)} to ${told(high, panel.x)}`]);
    return { title: panel.option.yAxis.data[at], rows };
  }

  cell(column, row, number, color) {
    const { map, value } = this.panel;
    return {
      rows: [
        [null, map.upwards.title || 'row', cellName(map.upwards, row, this.rows)],
        [null, map.across.title || 'column', cellName(map.across, column, map.columns)],
        [color, value.label || 'value', full(number, Object.assign({}, value, { scale: 'linear' }))],
      ],
    };
  }

  // The places that the arrow keys go to.
  places() {
    const { panel, figure } = this;
    if (panel.map) return this.cells;
    if (panel.names === 'y') return panel.option.yAxis.data;
    const seen = panel.option.series.map((s, at) => [s, at]).filter(([s]) => (!s.draw || s.draw === 'layer') && !s.markLine && !(s.name && figure.off.has(s.name)));
    if (panel.pointer === 'axis') {
      const xs = new Set(seen.flatMap(([s]) => s.data.map((point) => point[0])));
      return [...xs].sort((a, b) => a - b);
    }
    const scattered = seen.some(([s]) => s.type === 'scatter');
    return seen.filter(([s]) => !scattered || s.type === 'scatter').flatMap(([s, at]) => s.data.map((point, index) => [at, index, s, point]));
  }

  go(step) {
    const places = this.places();
    if (!places.length) return;
    let stride = step;
    if (this.panel.map && Math.abs(step) === 2) stride = Math.sign(step) * this.panel.map.columns;
    else stride = Math.sign(step) * (Math.abs(step) === 2 ? Math.max(1, Math.round(places.length / 20)) : 1);
    this.at = Math.min(places.length - 1, Math.max(0, this.at < 0 ? 0 : this.at + stride));
    const found = places[this.at];
    let told;
    if (this.panel.map) {
      told = this.cell(found[0], found[1], found[3]);
      this.drawn.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: this.at });
    } else if (this.panel.names === 'y') {
      told = this.bar(this.at);
      this.drawn.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: this.at });
    } else if (this.panel.pointer === 'axis') {
      told = this.at_place(found);
      const [x] = this.drawn.convertToPixel({ gridIndex: 0 }, [found, this.panel.option.yAxis.min]);
      this.drawn.dispatchAction({ type: 'showTip', x, y: this.box.clientHeight / 2 });
    } else {
      told = this.tell({ seriesType: 'scatter', seriesName: found[2].name, label: found[2].endLabel?.formatter, value: found[3] });
      this.drawn.dispatchAction({ type: 'showTip', seriesIndex: found[0], dataIndex: found[1] });
    }
    this.read.textContent = [told.title, ...told.rows.map((row) => `${row[1]} ${row[2]}`)].filter(Boolean).join('; ');
  }

  leave() {
    if (!this.drawn) return;
    for (const what of [{ type: 'hideTip' }, { type: 'downplay' }, { type: 'updateAxisPointer', currTrigger: 'leave' }]) this.drawn.dispatchAction(what);
    this.read.textContent = '';
  }

  key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: this.panel.names === 'y' || this.panel.map ? -2 : 2, ArrowDown: this.panel.names === 'y' || this.panel.map ? 2 : -2 };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) this.go(this.panel.names === 'y' ? Math.sign(steps[event.key]) : steps[event.key]);
    else if (event.key === 'Home') { this.at = -1; this.go(1); }
    else if (event.key === 'End') { this.at = this.places().length; this.go(1); }
    else if (event.key === '+' || event.key === '=') this.figure.nearer(this, 0.5);
    else if (event.key === '-' || event.key === '−') this.figure.nearer(this, 2);
    else if (event.key === '0') this.figure.zoom(this, 0, 100);
    else if (event.key === 'Escape') this.leave();
    else return;
    event.preventDefault();
  }
}
