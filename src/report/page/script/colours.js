// Draws the charts of the page from the data in it. Options come as data (see options.rs); here is
// what has to be a function: how numbers are written, how bands, errors and cells are drawn. The
// files of this folder follow each other within one function.

// The data, and colours that suit the reader's scheme.
const root = document.documentElement;
if (!window.echarts) return;
const { figures } = JSON.parse(document.getElementById('data').textContent);
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const touch = window.matchMedia('(pointer: coarse)').matches;
root.classList.add('js');

const style = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const light = (colour) => {
  const [r, g, b] = channels(colour);
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
};
// What is nearly black on white is nearly white on black; dark colours get lighter.
const seen = (colour) => {
  if (!dark.matches || !/^#/.test(colour || '')) return colour;
  const bright = light(colour);
  if (bright < 0.2) return '#e6e8ea';
  if (bright >= 0.5) return colour;
  return '#' + channels(colour).map((part) => Math.round(part + (255 - part) * 0.28).toString(16).padStart(2, '0')).join('');
};
