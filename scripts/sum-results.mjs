// Adds up JUnit files. Two uses, both from scripts/test:
//   sum-results.mjs --suite DIR NAME STATUS SECONDS   after a suite: makes DIR/NAME.xml say what
//                                                     happened and prints one line
//   sum-results.mjs DIR                               at the end: prints `N passed, N failed,
//                                                     N skipped`, exit status 1 on any failure
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const escapeXml = (text) =>
  text.replace(/[^\t\n\x20-\uFFFD]/g, '').replace(/&/g, '&amp;').replace(/</g, '&lt;')
    .replace(/>/g, '&gt;').replace(/"/g, '&quot;');

// The test cases of a JUnit text: name and outcome of each. Vitest, Playwright, GoogleTest and
// Node's runner differ only in attributes.
function readCases(text) {
  const cases = [];
  for (const match of text.matchAll(/<testcase\b((?:[^>"']|"[^"]*"|'[^']*')*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const [, attributes, , body = ''] = match;
    const name = /(?:^|\s)name="([^"]*)"/.exec(attributes)?.[1] ?? '?';
    const group = /classname="([^"]*)"/.exec(attributes)?.[1] ?? '';
    // A test's own output may quote anything, so it does not count as an outcome.
    const outcomes = body.replace(/<(system-out|system-err)\b[\s\S]*?<\/\1>/g, '')
      .replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
    let outcome = 'passed';
    if (/<(failure|error)\b/.test(outcomes)) outcome = 'failed';
    else if (/<skipped\b/.test(outcomes) || /status="notrun"/.test(attributes)) outcome = 'skipped';
    cases.push({ name: group ? `${group}: ${name}` : name, outcome });
  }
  return cases;
}

function count(cases) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of cases) sum[outcome] += 1;
  return sum;
}

const line = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

// A suite without a file of its own is one test case. A program that failed although all its cases
// passed (a crash at exit, a leak), or succeeded without running any, has one failed case more.
function closeSuite(dir, name, status, seconds) {
  const file = join(dir, `${name}.xml`);
  const log = existsSync(join(dir, `${name}.log`)) ? readFileSync(join(dir, `${name}.log`), 'utf8') : '';
  const ownFile = existsSync(file);
  const text = ownFile ? readFileSync(file, 'utf8') : '';
  const cases = readCases(text);
  const failed = cases.some((each) => each.outcome === 'failed');
  const tail = escapeXml(log.split('\n').slice(-60).join('\n'));
  const add = (outcome) => {
    const extra = `<testsuite name="${name}"><testcase classname="${name}" name="exit status ${status}" time="${seconds}">${outcome}</testcase></testsuite>`;
    const inner = text.replace(/<\?xml[^>]*\?>/, '').trim();
    writeFileSync(file, `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${inner.replace(/^<testsuites[^>]*>|<\/testsuites>$/g, '')}${extra}</testsuites>\n`);
  };
  if (status === 77) add(`<skipped message="${escapeXml(log.trim().split('\n').pop() ?? '')}"/>`);
  else if (status !== 0 && !failed) add(`<failure message="ended with status ${status}">${tail}</failure>`);
  else if (ownFile && cases.length === 0) add('<failure message="no result">the suite ran no test</failure>');
  else if (!ownFile) add('');
  const now = readCases(readFileSync(file, 'utf8'));
  const sum = count(now);
  console.log(`      ${name.padEnd(24)} ${line(sum)}  (${seconds} s)`);
  for (const each of now) if (each.outcome === 'failed') console.log(`        FAILED ${each.name}`);
  if (sum.failed > 0) console.log(log.split('\n').slice(-30).map((each) => `        | ${each}`).join('\n'));
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--suite') {
  const [dir, name, status, seconds] = rest;
  closeSuite(dir, name, Number(status), Number(seconds));
} else {
  const files = readdirSync(first).filter((name) => name.endsWith('.xml'));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of files) {
    const one = count(readCases(readFileSync(join(first, name), 'utf8')));
    for (const key of Object.keys(sum)) sum[key] += one[key];
  }
  if (files.length === 0) console.error(`no results in ${first}`);
  console.log(line(sum));
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
