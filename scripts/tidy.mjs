// The work of scripts/tidy: which files need clang-tidy, as many at a time as there are cores.
// The list of headers of each source is the one that the compiler left in ninja's log.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';

const [tool, ...named] = process.argv.slice(2);
// The floors that every sample passes through; the others and all tests are left to --all.
const kFast = /^src\/(core|engine)\/(?!.*_test\.cpp$)/;
const kBuild = 'build';
const kStamps = `${kBuild}/stamps/tidy`;
const root = process.cwd();
mkdirSync(kStamps, { recursive: true });

const hashes = new Map();
function hashOf(name) {
  if (!hashes.has(name)) {
    hashes.set(name, existsSync(name) ? createHash('sha256').update(readFileSync(name)).digest('hex') : '');
  }
  return hashes.get(name);
}

// Object file -> the project's own files that it was compiled from.
function dependencies() {
  const lists = new Map();
  let list = [];
  for (const text of execFileSync('ninja', ['-C', kBuild, '-t', 'deps'], { encoding: 'utf8', maxBuffer: 1 << 30 }).split('\n')) {
    if (/^\S.*: #deps/.test(text)) {
      list = [];
      lists.set(text.split(':')[0], list);
    } else if (text.startsWith('    ')) {
      const name = relative(root, resolve(kBuild, text.trim()));
      if (!name.startsWith('..')) list.push(name);
    }
  }
  return lists;
}

// Files of the last commit, and what was changed or added since.
function changed() {
  const git = (...words) => execFileSync('git', words, { encoding: 'utf8' }).split('\n').filter(Boolean);
  return new Set([...git('show', '--format=', '--name-only', 'HEAD'), ...git('diff', '--name-only', 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard')]);
}

// Which sources are asked for: all of them, those named, or the fast set.
function selection() {
  if (named[0] === '--all') return () => true;
  if (named.length > 0) return (name) => named.includes(name);
  const last = changed();
  return (name) => kFast.test(name) || last.has(name);
}

const wanted = selection();
const deps = dependencies();
const rules = `${tool} ${execFileSync(tool, ['--version'])} ${hashOf('.clang-tidy')}`;
const seen = new Set();
const work = [];
for (const entry of JSON.parse(readFileSync(`${kBuild}/compile_commands.json`, 'utf8'))) {
  const name = relative(root, resolve(entry.directory, entry.file));
  if (seen.has(name) || name.startsWith(`${kBuild}/`) || !wanted(name)) continue;
  seen.add(name);
  const object = entry.output ?? / -o (\S+)/.exec(entry.command)?.[1];
  const parts = [name, ...(deps.get(object) ?? [])].sort();
  const key = createHash('sha256').update(rules + parts.map((part) => part + hashOf(part)).join()).digest('hex');
  if (!existsSync(`${kStamps}/${key}`)) work.push({ name, key });
}
console.log(`${seen.size} files, ${work.length} to look at`);

let failed = 0;
function check({ name, key }) {
  return new Promise((done) => {
    let output = '';
    // The build's -Werror is for the compiler; options that clang does not know are no findings.
    const child = spawn(tool, ['-p', kBuild, '--quiet', '--extra-arg=-Wno-everything', name]);
    child.stdout.on('data', (data) => { output += data; });
    child.stderr.on('data', (data) => { if (/error:/.test(data)) output += data; });
    child.on('close', (status) => {
      if (status === 0) {
        writeFileSync(`${kStamps}/${key}`, name);
      } else {
        failed += 1;
        console.log(output.trim() || `${name}: clang-tidy ended with status ${status}`);
      }
      done();
    });
  });
}

async function worker() {
  while (work.length > 0) await check(work.shift());
}
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`${failed} files with findings`);
process.exitCode = failed > 0 ? 1 : 0;
