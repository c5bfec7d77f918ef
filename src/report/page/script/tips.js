// What a tooltip shows.
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const tip = (title, rows) => {
  const box = element('div', undefined, 'tip');
  if (title) box.append(element('b', title));
  for (const [colour, name, value] of rows) {
    const row = element('div');
    const dot = element('i');
    dot.style.background = colour || 'transparent';
    row.append(dot, element('span', name), element('span', value));
    box.append(row);
  }
  return box;
};
const MOST = 14;
// The point of a line that lies nearest to a place, or nothing where the line has none near it.
const nearest = (data, x) => {
  let low = 0;
  let high = data.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (data[middle][0] <= x) low = middle;
    else high = middle;
  }
  return Math.abs(data[low][0] - x) <= Math.abs(data[high][0] - x) ? data[low] : data[high];
};
