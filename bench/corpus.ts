// A home with many threads in rollout files of the older form, the same for both sides: made once, linked into each.
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeProfile } from './profile.ts'

export interface Corpus {
  readonly home: string
  /** The long thread, and how many turns it has. */
  readonly longId: string
  readonly threads: number
  /** Stands in one thread alone. */
  readonly rareWord: string
}

/** Threads of 50 messages; fewer with SKEIN_BENCH_THREADS, for a quick look. */
const THREADS = Number(process.env.SKEIN_BENCH_THREADS ?? 10_000)
const MESSAGES = 50
const WORDS = 40
const LONG_TURNS = 5_000
const RARE_WORD = 'zwiebelturm'
const START_MS = Date.UTC(2026, 0, 1)

let made: Corpus | undefined

export function corpus(modelUrl: string): Corpus {
  made ??= makeCorpus(makeProfile(modelUrl).home)
  return made
}

/** A home with one thread of this many turns, each a question and an answer; the id of the thread. */
export function writeLongThread(home: string, turns: number): string {
  write(home, 0, turns, '')
  return idOf(0)
}

/** Makes the files of the corpus appear in this home too. */
export function linkInto(home: string, from: Corpus): void {
  for (const day of days()) {
    const folder = join('sessions', day)
    mkdirSync(join(home, folder), { recursive: true })
    for (const name of readdirSync(join(from.home, folder)))
      linkSync(join(from.home, folder, name), join(home, folder, name))
  }
}

function days(): string[] {
  return Array.from({ length: 28 }, (_, day) => `2026/01/${String(day + 1).padStart(2, '0')}`)
}

function makeCorpus(home: string): Corpus {
  for (let index = 0; index < THREADS; index += 1)
    write(home, index, MESSAGES / 2, index === 17 ? RARE_WORD : '')
  write(home, THREADS, LONG_TURNS, '')
  // Else whoever comes first shares the machine with what is still being written.
  execFileSync('sync')
  return { home, longId: idOf(THREADS), threads: THREADS + 1, rareWord: RARE_WORD }
}

function idOf(index: number): string {
  return `01960000-0000-7000-8000-${String(index).padStart(12, '0')}`
}

function write(home: string, index: number, turns: number, extra: string): void {
  const id = idOf(index)
  const day = days()[index % 28] ?? ''
  const startMs = START_MS + (index % 28) * 86_400_000 + index * 1000
  const name = `rollout-${new Date(startMs).toISOString().slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`
  const path = join(home, 'sessions', day, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${[...linesOf(id, index, startMs, turns, extra)].join('\n')}\n`)
}

function* linesOf(id: string, seed: number, startMs: number, turns: number, extra: string) {
  let atMs = startMs
  const line = (type: string, payload: object): string =>
    JSON.stringify({ timestamp: new Date(++atMs).toISOString(), type, payload })
  const say = (role: string, kind: string, text: string): string =>
    line('response_item', { type: 'message', role, content: [{ type: kind, text }] })
  yield line('session_meta', {
    id,
    timestamp: new Date(startMs).toISOString(),
    cwd: '/projects/bench',
    originator: 'bench',
    cli_version: '0.169.0',
    source: 'vscode',
    model_provider: 'mock',
    history_mode: 'legacy',
  })
  for (let turn = 0; turn < turns; turn += 1) {
    const turn_id = `${id.slice(0, 24)}${String(turn).padStart(12, '0')}`
    const question = `${words(seed * 7 + turn)} ${turn === 0 ? extra : ''}`
    const answer = words(seed * 13 + turn + 1)
    yield line('event_msg', { type: 'task_started', turn_id, model_context_window: 258_400 })
    yield say('user', 'input_text', question)
    yield line('event_msg', { type: 'user_message', message: question, images: [] })
    yield line('event_msg', { type: 'agent_message', message: answer })
    yield say('assistant', 'output_text', answer)
    yield line('event_msg', { type: 'task_complete', turn_id, last_agent_message: answer })
  }
}

const vocabulary = Array.from({ length: 997 }, (_, index) => `word${(index * 7919) % 10_007}`)

function words(seed: number): string {
  return Array.from(
    { length: WORDS },
    (_, place) => vocabulary[(seed * 31 + place * place * 17) % vocabulary.length],
  ).join(' ')
}
