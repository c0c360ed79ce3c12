// The page of a listening sheet: one file, no network, both languages in it. It keeps what was
// answered in the browser until it is saved as a file, which `dju dataset listen import` reads.

#include <nlohmann/json.hpp>

#include "dataset/listening/sheet.h"

namespace dju::dataset {
namespace {

using nlohmann::json;

// What is asked of each head, with the ends of its scale.
json questions() {
  return {
      {"bpm_accuracy",
       {{"en", "Do both tracks run at the same tempo?"},
        {"es", "¿Van las dos pistas al mismo tempo?"}}},
      {"beat_alignment",
       {{"en", "Do the beats of both tracks fall together?"},
        {"es", "¿Caen juntos los golpes de las dos pistas?"}}},
      {"transition_quality",
       {{"en", "How well does one track pass into the other?"},
        {"es", "¿Qué tal es el paso de una pista a la otra?"}}},
      {"pitch_stability",
       {{"en", "Does the pitch stay steady?"}, {"es", "¿Se mantiene estable la afinación?"}}},
      {"key_compatibility",
       {{"en", "Do the keys of both tracks fit?"},
        {"es", "¿Encajan las tonalidades de las dos pistas?"}}},
      {"track_selection",
       {{"en", "How well are the tracks chosen?"}, {"es", "¿Qué tal están elegidas las pistas?"}}},
      {"energy_flow",
       {{"en", "How well is the energy led?"}, {"es", "¿Qué tal se lleva la energía?"}}},
      {"genre_mixing",
       {{"en", "How well are genres mixed?"}, {"es", "¿Qué tal se mezclan los géneros?"}}},
      {"originality", {{"en", "How original is it?"}, {"es", "¿Qué tan original es?"}}}};
}

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>DJ Universe</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 1rem auto; padding: 0 1rem; }
fieldset { margin: 1rem 0; }
legend { font-weight: bold; }
audio { width: 100%; }
label { display: block; margin: .5rem 0; }
input[type=range] { width: 60%; vertical-align: middle; }
output { display: inline-block; min-width: 3ch; font-variant-numeric: tabular-nums; }
button, select, input[type=text] { font: inherit; padding: .3rem .6rem; }
</style>
</head>
<body>
<p><button type="button" id="language"></button></p>
<h1 data-text="title"></h1>
<p data-text="intro"></p>
<p><label><span data-text="name"></span> <input type="text" id="rater" maxlength="64" required></label>
<label><input type="checkbox" id="expert"> <span data-text="expert"></span></label></p>
<form id="sounds"></form>
<p role="status" id="state"></p>
<p><button type="button" id="save" data-text="save"></button></p>
<script type="application/json" id="sheet">)";

constexpr const char* kTail = R"(</script>
<script>
'use strict';
const sheet = JSON.parse(document.getElementById('sheet').textContent);
const texts = {
  en: { title: 'Listen and judge', language: 'Español', save: 'Save answers', name: 'Your name',
    expert: 'I mix records myself', sound: 'Sound', cannot: 'cannot tell', missing: 'not answered',
    intro: 'Headphones help. Hear each sound to its end, then move the sliders: 0 is not at all, 10 could not be better. Trust your ears; there is no right answer to find. Save at the end and send the file back.',
    left: (n) => `${n} of ${sheet.sounds.length} sounds left`, who: 'Please enter your name.' },
  es: { title: 'Escucha y juzga', language: 'English', save: 'Guardar respuestas', name: 'Tu nombre',
    expert: 'Yo también mezclo discos', sound: 'Sonido', cannot: 'no sé decir', missing: 'sin responder',
    intro: 'Mejor con auriculares. Escucha cada sonido hasta el final y mueve los controles: 0 es nada en absoluto, 10 no podría ser mejor. Fíate de tus oídos; no hay una respuesta correcta. Al final guarda y envía el archivo.',
    left: (n) => `Quedan ${n} de ${sheet.sounds.length} sonidos`, who: 'Escribe tu nombre.' } };
let language = navigator.language.startsWith('es') ? 'es' : 'en';
const store = `dju-listening-${sheet.sheet}`;
let answers = {};
try { answers = JSON.parse(localStorage.getItem(store)) ?? {}; } catch { answers = {}; }
const answerOf = (sound) => (answers[sound] ??= { played: 0, scores: {} });
const isDone = (sound) => sheet.heads.every((head) => head in answerOf(sound).scores);
const byId = (id) => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
function note() {
  try { localStorage.setItem(store, JSON.stringify(answers)); } catch { /* private windows keep nothing */ }
  byId('state').textContent = texts[language].left(sheet.sounds.filter((sound) => !isDone(sound)).length);
}
function question(sound, head) {
  const scores = answerOf(sound).scores;
  const shown = make('output');
  const slider = make('input', { type: 'range', min: 0, max: 10, step: 1, value: scores[head] ?? 5 });
  const unsure = make('input', { type: 'checkbox', checked: scores[head] === null });
  unsure.setAttribute('aria-label', `${texts[language].cannot}: ${sheet.questions[head][language]}`);
  const show = () => {
    slider.disabled = unsure.checked;
    shown.textContent = !(head in scores) ? texts[language].missing : scores[head] ?? '–';
    note();
  };
  slider.addEventListener('input', () => { scores[head] = Number(slider.value); show(); });
  slider.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') { event.preventDefault(); scores[head] = Number(slider.value); show(); }
  });
  slider.addEventListener('pointerup', () => { scores[head] = Number(slider.value); show(); });
  unsure.addEventListener('change', () => {
    if (unsure.checked) scores[head] = null; else delete scores[head];
    show();
  });
  show();
  return make('div', {}, make('label', {}, sheet.questions[head][language], make('br'), slider, ' ', shown),
    make('label', {}, unsure, ` ${texts[language].cannot}`));
}
function part(sound, index) {
  const audio = make('audio', { controls: true, preload: 'metadata', src: `${sound}.flac` });
  audio.setAttribute('aria-label', `${texts[language].sound} ${index + 1}`);
  audio.addEventListener('timeupdate', () => {
    const answer = answerOf(sound);
    answer.played = Math.max(answer.played, audio.currentTime);
  });
  return make('fieldset', {}, make('legend', { textContent: `${texts[language].sound} ${index + 1}` }), audio,
    ...sheet.heads.map((head) => question(sound, head)));
}
function draw() {
  document.documentElement.lang = language;
  document.title = texts[language].title;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = texts[language][element.dataset.text];
  byId('language').textContent = texts[language].language;
  byId('language').lang = language === 'en' ? 'es' : 'en';
  byId('sounds').replaceChildren(...sheet.sounds.map(part));
  note();
}
byId('language').addEventListener('click', () => { language = language === 'en' ? 'es' : 'en'; draw(); });
byId('save').addEventListener('click', () => {
  const rater = byId('rater').value.trim();
  if (!rater) { byId('state').textContent = texts[language].who; byId('rater').focus(); return; }
  const whole = { format: 1, sheet: sheet.sheet, rater, expert: byId('expert').checked,
    answers: sheet.sounds.map((sound) => ({ sound, played: answerOf(sound).played, scores: answerOf(sound).scores })) };
  const link = make('a', { download: `answers-${rater.replace(/[^\p{L}\p{N}]+/gu, '-')}.json`,
    href: URL.createObjectURL(new Blob([JSON.stringify(whole)], { type: 'application/json' })) });
  link.click();
  URL.revokeObjectURL(link.href);
});
draw();
</script>
</body>
</html>
)";

}  // namespace

std::string sheetPage(const std::string& sheet, const std::vector<std::string>& sounds,
                      const std::vector<std::string>& heads) {
  const json all = questions();
  json asked = json::object();
  for (const std::string& head : heads) asked[head] = all.at(head);
  std::string about =
      json{{"sheet", sheet}, {"sounds", sounds}, {"heads", heads}, {"questions", asked}}.dump();
  // A "</script>" in it would end the element.
  for (std::size_t at = 0; (at = about.find("</", at)) != std::string::npos; at += 3)
    about.replace(at, 2, "<\\/");
  return kHead + about + kTail;
}

}  // namespace dju::dataset
