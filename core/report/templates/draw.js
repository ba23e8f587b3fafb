// Every chart is data in a script of its own; this draws them, and again for paper, whose width is another.
const charts = [...document.querySelectorAll("div.chart")];
for (const chart of charts) {
  const figure = JSON.parse(document.getElementById(chart.id + "-data").textContent);
  Plotly.newPlot(chart, figure.data, figure.layout, { responsive: true, displaylogo: false });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const chart of charts) Plotly.relayout(chart, { width: 660 });
});
addEventListener("afterprint", () => {
  for (const chart of charts) Plotly.relayout(chart, { autosize: true, width: null });
});
