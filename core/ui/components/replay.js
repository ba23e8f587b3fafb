// Every frame is drawn here, from what came with the page: playing asks nothing of the server.
const FRAME_MS = 500;
const NEAR = 10; // CSS pixels between a click and the dot that it means
const HTML = `
  <div class="bar">
    <button type="button" class="play"></button>
    <input type="range" min="0" step="1">
    <output aria-live="off"></output>
  </div>
  <div class="parts">
    <figure><figcaption><b>Confusion matrix</b>Rows: the true digit. Columns: the answer.</figcaption>
      <div class="cells" role="img"></div></figure>
    <figure><figcaption><b>Map of digits</b><span class="about"></span></figcaption>
      <div class="places"><canvas role="img"></canvas></div></figure>
    <figure><figcaption><b>The hardest images</b>“4 → 9”: a 4 that was read as 9.</figcaption>
      <div class="sheet"></div></figure>
  </div>`;

const digitsOf = text => Uint8Array.from(text, letter => letter.charCodeAt(0) - 48);
const bytesOf = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

function mixed(scale, share) {
  const channels = hex => [1, 3, 5].map(start => parseInt(hex.slice(start, start + 2), 16));
  const above = Math.max(1, scale.findIndex(([stop]) => stop >= share));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const part = (share - low) / (high - low);
  const [start, end] = [channels(from), channels(to)];
  return start.map((value, channel) => Math.round(value + part * (end[channel] - value)));
}

class Replay {
  constructor(root) {
    this.root = root;
    root.innerHTML = HTML;
    this.find = name => root.querySelector(name);
    this.playing = null;
    this.find(".play").onclick = () => (this.playing ? this.pause() : this.play());
    const slider = this.find("input");
    slider.oninput = () => { this.pause(); this.show(Number(slider.value)); };
    slider.onkeydown = event => event.stopPropagation(); // moves the slider, not the demo
    this.find("canvas").onclick = event => this.clickDot(event);
    this.cells = this.headed(this.find(".cells"));
    new ResizeObserver(() => this.data && this.drawMap()).observe(this.find("canvas"));
  }

  headed(place) {
    const add = name => {
      const cell = document.createElement("span");
      cell.className = name;
      place.append(cell);
      return cell;
    };
    const cells = [];
    add("head");
    for (let digit = 0; digit < 10; digit++) add("head").textContent = digit;
    for (let row = 0; row < 10; row++) {
      add("head").textContent = row;
      for (let column = 0; column < 10; column++) cells.push(add(row === column ? "same" : ""));
    }
    return cells;
  }

  take(data, open) {
    this.open = open;
    if (this.name === data.name && this.mine === JSON.stringify(data.mine ?? null) && this.dark === data.dark) return;
    const fresh = this.name !== data.name;
    [this.name, this.mine, this.dark, this.data] = [data.name, JSON.stringify(data.mine ?? null), data.dark, data];
    this.labels = digitsOf(data.labels);
    this.answers = data.answers.map(digitsOf);
    this.places = new Uint16Array(bytesOf(data.places).buffer);
    this.matrices = this.answers.map(answers => this.matrix(answers));
    this.most = Math.max(1, ...this.matrices.flatMap(counts => [...counts].filter((_, cell) => cell % 11)));
    this.names = this.middles();
    this.find(".about").textContent = data.about;
    this.root.classList.toggle("compact", data.compact);
    const slider = this.find("input");
    slider.max = data.steps.length - 1;
    slider.setAttribute("aria-label", data.unit === "trees" ? "Trees" : "Epoch");
    this.sheet();
    this.loadMine();
    this.show(fresh || this.index === undefined ? data.steps.length - 1 : this.index);
    this.pressed();
  }

  matrix(answers) {
    const counts = new Uint32Array(100);
    answers.forEach((answer, image) => counts[10 * this.labels[image] + answer]++);
    return counts;
  }

  middles() {
    const median = values => values.sort((one, other) => one - other)[values.length >> 1];
    return [...Array(10).keys()].map(digit => {
      const images = [...this.labels.keys()].filter(image => this.labels[image] === digit);
      return images.length ? [0, 1].map(axis => median(images.map(image => this.places[2 * image + axis]))) : null;
    });
  }

  sheet() {
    const [across, down] = this.data.grid;
    this.pictures = this.data.hardest[0].map(() => {
      const button = document.createElement("button");
      const picture = document.createElement("i");
      picture.style.backgroundImage = `url(${this.data.sprite})`;
      picture.style.backgroundSize = `${100 * across}% ${100 * down}%`;
      button.type = "button";
      button.append(picture, document.createElement("span"));
      return button;
    });
    this.find(".sheet").replaceChildren(...this.pictures);
  }

  show(index) {
    this.index = index;
    const { steps, unit } = this.data;
    const right = this.answers[index].reduce((sum, answer, image) => sum + (answer === this.labels[image]), 0);
    const [all, last] = [this.labels.length, steps[steps.length - 1]];
    const words = unit === "trees" ? `${steps[index]} of ${last} trees` : `Epoch ${steps[index]} of ${last}`;
    const wrong = (all - right).toLocaleString("en");
    const told = `${((100 * right) / all).toFixed(2)} % right, ${wrong} of ${all.toLocaleString("en")} wrong`;
    const bold = document.createElement("b");
    bold.textContent = words;
    this.find("output").replaceChildren(bold, ` · ${told}`);
    this.root.dataset.frame = index;
    const slider = this.find("input");
    slider.value = index;
    slider.setAttribute("aria-valuetext", `${words}, ${told}`);
    this.drawMatrix(told);
    this.drawMap();
    this.drawSheet();
  }

  drawMatrix(told) {
    const counts = this.matrices[this.index];
    counts.forEach((count, place) => {
      const cell = this.cells[place];
      cell.textContent = count || "";
      if (place % 11 === 0) return;
      const colour = mixed(this.data.scale, Math.sqrt(count / this.most));
      const light = (299 * colour[0] + 587 * colour[1] + 114 * colour[2]) / 1000;
      cell.style.background = `rgb(${colour})`;
      cell.style.color = light > 140 ? "#101820" : "#ffffff";
    });
    this.find(".cells").setAttribute("aria-label", `Confusion matrix: ${told}`);
    this.find("canvas").setAttribute("aria-label", `Map of digits, coloured by the answer: ${told}`);
  }

  point(place, side) {
    return [20 + ((side - 40) * place[0]) / 65535, 20 + ((side - 40) * (65535 - place[1])) / 65535];
  }

  drawMap() {
    const canvas = this.find("canvas");
    const side = canvas.clientWidth;
    if (!side) return;
    const dense = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(side * dense);
    const pen = canvas.getContext("2d");
    pen.scale(dense, dense);
    const [text, paper] = this.data.dark ? ["#ffffff", "#101820"] : ["#101820", "#ffffff"];
    const answers = this.answers[this.index];
    const dot = (image, radius) => {
      pen.beginPath();
      pen.arc(...this.point(this.places.subarray(2 * image, 2 * image + 2), side), radius, 0, 7);
    };
    pen.globalAlpha = this.labels.length > 1500 ? 0.55 : 0.8;
    answers.forEach((answer, image) => {
      if (answer !== this.labels[image]) return;
      pen.fillStyle = this.data.colours[answer];
      dot(image, this.labels.length > 1500 ? 1.8 : 2.6);
      pen.fill();
    });
    pen.globalAlpha = 1;
    pen.lineWidth = 1.25;
    pen.strokeStyle = text;
    answers.forEach((answer, image) => {
      if (answer === this.labels[image]) return;
      pen.fillStyle = this.data.colours[answer];
      dot(image, 3.6);
      pen.fill();
      pen.stroke();
    });
    pen.font = "700 20px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 5;
    this.names.forEach((place, digit) => {
      if (!place) return;
      const point = this.point(place, side);
      pen.strokeStyle = paper;
      pen.strokeText(digit, ...point);
      pen.fillStyle = text;
      pen.fillText(digit, ...point);
    });
    this.drawMine(pen, side, text, paper);
  }

  loadMine() {
    this.images = (this.data.mine?.pictures ?? []).map(source => {
      const image = new Image();
      image.onload = () => this.drawMap();
      image.src = source;
      return image;
    });
  }

  // The drawn digit at its place, in a ring of the training digits nearest to it, each with a line to its own place.
  drawMine(pen, side, text, paper) {
    if (!this.images?.length) return;
    const [centre, ...others] = this.data.mine.places.map(place => this.point(place, side));
    const keep = value => Math.min(side - 70, Math.max(70, value));
    const middle = centre.map(keep);
    pen.lineWidth = 1;
    const spots = others.map((_, index) => {
      const angle = (2 * Math.PI * index) / others.length - Math.PI / 2;
      return [middle[0] + 54 * Math.cos(angle), middle[1] + 54 * Math.sin(angle)];
    });
    pen.strokeStyle = text;
    [[centre, middle], ...others.map((place, index) => [place, spots[index]])].forEach(([from, to]) => {
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    });
    [middle, ...spots].forEach((spot, index) => {
      const half = index ? 12 : 18;
      pen.fillStyle = index ? this.data.colours[this.data.mine.labels[index - 1]] : text;
      pen.fillRect(spot[0] - half - 2, spot[1] - half - 2, 2 * half + 4, 2 * half + 4);
      const image = this.images[index];
      if (image.complete && image.naturalWidth) pen.drawImage(image, spot[0] - half, spot[1] - half, 2 * half, 2 * half);
    });
  }

  drawSheet() {
    const [across] = this.data.grid;
    const side = this.data.compact ? 54 : 44; // as in the style sheet
    const answers = this.answers[this.index];
    this.data.hardest[this.index].forEach(([image, tile], place) => {
      const button = this.pictures[place];
      const [picture, words] = button.children;
      picture.style.backgroundPosition = `${-(tile % across) * side}px ${-Math.floor(tile / across) * side}px`;
      words.textContent = `${this.labels[image]} → ${answers[image]}`;
      words.className = answers[image] === this.labels[image] ? "" : "wrong";
      button.setAttribute("aria-label", `Image ${image}: a ${this.labels[image]} read as ${answers[image]}`);
      button.onclick = () => this.open(image);
    });
  }

  clickDot(event) {
    const box = event.target.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [best, apart] = [-1, NEAR * NEAR];
    this.labels.forEach((_, image) => {
      const [left, top] = this.point(this.places.subarray(2 * image, 2 * image + 2), box.width);
      const distance = (left - x) ** 2 + (top - y) ** 2;
      if (distance < apart) [best, apart] = [image, distance];
    });
    if (best >= 0) this.open(best);
  }

  play() {
    const last = this.data.steps.length - 1;
    if (this.index >= last) this.show(0);
    this.playing = setInterval(() => {
      if (this.index < last) this.show(this.index + 1);
      if (this.index >= last) this.pause();
    }, FRAME_MS);
    this.pressed();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.pressed();
  }

  pressed() {
    this.find(".play").textContent = this.playing ? "❚❚ Pause" : "▶ Play";
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".replay");
  root.replay ??= new Replay(root);
  root.replay.take(data, image => setTriggerValue("clicked", image));
  return () => root.replay?.pause();
}
