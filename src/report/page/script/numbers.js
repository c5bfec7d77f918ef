// How numbers are written, and where an axis is divided.
const THIN = '\u202f';
const grouped = (text) => text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, THIN));
const written = (value, digits) => {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  let text;
  if (size === 0) text = '0';
  else if (size < 1e-4 || size >= 1e15) text = String(Number(value.toPrecision(digits)).toExponential());
  else if (size >= 1e9) text = grouped(String(Number((value / 1e9).toPrecision(digits)))) + 'B';
  else if (size >= 1e6) text = grouped(String(Number((value / 1e6).toPrecision(digits)))) + 'M';
  else text = grouped(String(Number(value.toPrecision(Math.max(digits, size >= 1e5 ? 6 : 5 * (size >= 1e4))))));
  return text.replace(/-/g, '−').replace('e+', 'e');
};
const unscaled = (place, axis) => (axis && axis.scale === 'sqrt' ? Math.sign(place) * place * place : place);
const told = (place, axis, digits = 4) => {
  if (place === null || place === undefined || Number.isNaN(place)) return '–';
  const value = unscaled(place, axis);
  if (axis && axis.ticks === 'hidden') return '';
  if (axis && axis.ticks === 'percent') return written(Number((value * 100).toPrecision(12)), digits) + THIN + '%';
  if (axis && axis.ticks === 'whole' && Math.abs(value) < 1e9) return written(Number(value.toPrecision(9)), 9);
  return written(value, digits);
};
const full = (place, axis) => {
  const unit = axis && axis.unit && axis.ticks !== 'percent' ? ' ' + axis.unit : '';
  return told(place, axis) + unit;
};
// Round numbers on an axis of square roots, in the places that the chart has for them.
const roots = (low, high) => {
  const edge = Math.max(Math.abs(low), Math.abs(high));
  const kept = [0];
  for (let power = Math.floor(Math.log10(edge * edge)); power > -12; power -= 1) {
    for (const lead of [5, 2, 1]) {
      for (const sign of [1, -1]) {
        const place = sign * Math.sqrt(lead * 10 ** power);
        if (place < low || place > high) continue;
        if (kept.every((other) => Math.abs(other - place) > (high - low) * 0.11)) kept.push(place);
      }
    }
  }
  return kept.sort((a, b) => a - b);
};
// Round numbers on a logarithmic axis that spans too few powers of ten to be told by them alone.
const logTicks = (low, high) => {
  const decades = Math.log10(high / low);
  if (!(decades < 2)) return null;
  const kept = [];
  if (decades > 0.7) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      for (const lead of [1, 2, 5]) {
        const value = Number((lead * 10 ** power).toPrecision(3));
        if (value >= low && value <= high) kept.push(value);
      }
    }
    return kept;
  }
  const unit = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = [1, 2, 5, 10].map((lead) => lead * unit).find((one) => (high - low) / one <= 6);
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) kept.push(Number((at * step).toPrecision(10)));
  return kept;
};
// Whether a number is round enough for the end of an axis.
const round = (value, span) => {
  const step = 10 ** Math.floor(Math.log10(span || 1)) / 10;
  return Math.abs(value / step - Math.round(value / step)) < 1e-6;
};
