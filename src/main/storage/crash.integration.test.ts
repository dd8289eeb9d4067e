import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import { writerChild } from './test-support/writer-child.ts'

/** More with SKEIN_KILL_RUNS. */
const KILLS = Number(process.env.SKEIN_KILL_RUNS ?? 40)
const POWER_CUTS = 6
const STARTS_KILLED = 8
/** After the process was made, or after its first item was recorded. */
const START_MS_MAX = 150
const WRITING_MS_MAX = 60

/** What a process said was on disk before it was killed. */
interface Acknowledged {
  /** Latest event of each thread. */
  readonly seqs: Map<string, number>
  readonly items: Set<string>
  /** Characters of streamed text. */
  readonly partials: Map<string, number>
}

/** Runs a writer and kills it without warning at a random moment of its start, or of its writing. */
async function writeUntilKilled(
  home: string,
  run: number,
  moment: 'start' | 'writing',
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [writerChild, home, `run${run}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () => child.kill('SIGKILL')
  onTestFinished(() => void kill())
  const exited = once(child, 'exit')
  if (moment === 'start') setTimeout(kill, Math.random() * START_MS_MAX)
  let output = ''
  child.stdout.on('data', (data) => {
    const hadItem = output.includes('item')
    output += data
    if (!hadItem && output.includes('item')) setTimeout(kill, Math.random() * WRITING_MS_MAX)
  })
  await exited
  if (child.signalCode !== 'SIGKILL') throw new Error(`the writer ended by itself: ${output}`)
  // A torn last line acknowledges nothing.
  return output.split('\n').slice(0, -1)
}

function note(known: Acknowledged, [what, threadId = '', ...rest]: readonly string[]): void {
  const [first = '', second = ''] = rest
  if (what === 'seq') known.seqs.set(threadId, Number(first))
  if (what === 'item') known.items.add(`${threadId} ${first}`)
  if (what === 'partial') known.partials.set(`${threadId} ${first}`, Number(second))
}

/** Everything that is wrong with the database, in words. */
function faults(home: string, known: Acknowledged): string[] {
  const db = new Sqlite(join(home, 'skein.db'))
  const found: string[] = []
  const check = (fault: string, sql: string) => {
    const rows = db.prepare(sql).all()
    if (rows.length > 0) found.push(`${fault}: ${JSON.stringify(rows.slice(0, 3))}`)
  }
  if (db.pragma('integrity_check', { simple: true }) !== 'ok') found.push('integrity_check')
  check('foreign keys', 'PRAGMA foreign_key_check')
  check(
    'gaps or repeats in seq',
    `SELECT thread.id FROM thread JOIN event ON thread_pk = pk
     GROUP BY pk HAVING max(seq) <> next_seq - 1 OR count(*) <> max(seq) - min(seq) + 1`,
  )
  const ords = ['turn', 'item', 'model_item'].map((table) => `SELECT thread_pk, ord FROM ${table}`)
  check(
    'one place taken twice',
    `SELECT * FROM (${ords.join(' UNION ALL ')}) GROUP BY thread_pk, ord HAVING count(*) > 1`,
  )
  const lastSeq = db
    .prepare<[string], number>('SELECT next_seq - 1 FROM thread WHERE id = ?')
    .pluck()
  for (const [threadId, seq] of known.seqs)
    if ((lastSeq.get(threadId) ?? 0) < seq) found.push(`event ${seq} of ${threadId} is lost`)
  const item = db.prepare(
    `SELECT 1 FROM item JOIN thread ON pk = thread_pk
     WHERE thread.id = ? AND item.id = ? AND item.status = 'completed'`,
  )
  for (const name of known.items)
    if (!item.get(...name.split(' '))) found.push(`item ${name} is lost`)
  db.close()
  return found
}

/** Text that was acknowledged, whose item is neither complete nor open with that much of it. */
async function lostText(home: string, known: Acknowledged): Promise<string[]> {
  const store = await openTestStore({ home })
  const lengths = new Map<string, number>()
  for (const { threadId, openItems } of await store.openTurns())
    for (const item of openItems)
      if (item.type === 'agentMessage') lengths.set(`${threadId} ${item.id}`, item.text.length)
  await store.close()
  const db = new Sqlite(join(home, 'skein.db'))
  const complete = db
    .prepare<[], string>(
      `SELECT thread.id || ' ' || item.id FROM item JOIN thread ON pk = thread_pk`,
    )
    .pluck()
    .all()
  db.close()
  for (const name of complete) lengths.set(name, Number.POSITIVE_INFINITY)
  return [...known.partials]
    .filter(([name, length]) => (lengths.get(name) ?? 0) < length)
    .map(([name, length]) => `${length} characters of ${name}`)
}

it('opens after it was killed at any moment of its first start', async () => {
  for (let run = 0; run < STARTS_KILLED; run++) {
    const home = await makeTestHome()
    await writeUntilKilled(home, run, 'start')
    await (await openTestStore({ home })).close()
    expect(faults(home, nothing())).toEqual([])
  }
}, 120_000)

it(
  `loses nothing it acknowledged when it is killed at ${KILLS} random points`,
  async () => {
    const home = await makeTestHome()
    const known = nothing()
    let openTexts = 0
    for (let run = 0; run < KILLS; run++) {
      known.partials.clear()
      for (const line of await writeUntilKilled(home, run, 'writing')) note(known, line.split(' '))
      expect(faults(home, known)).toEqual([])
      expect(await lostText(home, known)).toEqual([])
      openTexts += [...known.partials.keys()].filter((name) => !known.items.has(name)).length
    }
    // The kills met what they were meant to meet.
    expect(known.seqs.size).toBe(3)
    expect(known.items.size).toBeGreaterThanOrEqual(KILLS)
    expect(openTexts).toBeGreaterThan(0)
    const events = [...known.seqs.values()].reduce((sum, seq) => sum + seq, 0)
    const figures = `${events} events and ${known.items.size} items acknowledged, none lost`
    process.stdout.write(`kill -9: ${KILLS} runs, ${figures}, integrity_check ok\n`)
  },
  30_000 + KILLS * 5_000,
)

it('loses nothing it acknowledged when the power goes', async () => {
  const home = await makeTestHome()
  const known = nothing()
  for (let run = 0; run < POWER_CUTS; run++) {
    const after = await makeTestHome()
    for (const line of await writeUntilPowerCut(home, run, after)) note(known, line.split(' '))
    known.partials.clear()
    expect(faults(after, known)).toEqual([])
    await (await openTestStore({ home: after })).close()
    // The next process goes on with what the cut left.
    for (const name of ['skein.db', 'skein.db-wal', 'skein.db-shm'])
      await rm(join(home, name), { force: true })
    await copyFile(join(after, 'skein.db'), join(home, 'skein.db'))
  }
  expect(known.items.size).toBeGreaterThanOrEqual(POWER_CUTS)
  process.stdout.write(
    `power cut: ${POWER_CUTS} runs, ${known.items.size} items acknowledged, none lost, integrity_check ok\n`,
  )
}, 120_000)

/**
 * Stops a writer at a random moment and copies what a disk would have then: the log up to its last whole commit, for
 * what comes after it was never synced, and the database as it was before the log was begun or last folded in, for
 * writes into it are synced only with the next fold. Answers with what had been acknowledged.
 */
async function writeUntilPowerCut(
  home: string,
  run: number,
  after: string,
): Promise<readonly string[]> {
  const database = join(home, 'skein.db')
  const child = spawn(process.execPath, [writerChild, home, `cut${run}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  let early: { bytes: Buffer; salt: string } | undefined
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      const hadItem = output.includes('item')
      output += data
      if (hadItem || !output.includes('item')) return
      early = { bytes: readFileSync(database), salt: saltOf(readFileSync(`${database}-wal`)) }
      setTimeout(resolve, 50 + Math.random() * 200)
    })
  })
  child.kill('SIGSTOP')
  const acknowledged = output.split('\n').slice(0, -1)
  const log = readFileSync(`${database}-wal`)
  // Not folded in since the early copy: no write into the database need have reached the disk.
  const isSame = early?.salt === saltOf(log)
  writeFileSync(join(after, 'skein.db'), isSame && early ? early.bytes : readFileSync(database))
  writeFileSync(join(after, 'skein.db-wal'), log.subarray(0, endOfLastCommit(log)))
  child.kill('SIGKILL')
  await once(child, 'exit')
  return acknowledged
}

const LOG_HEAD = 32
const FRAME_HEAD = 24

function saltOf(log: Buffer): string {
  return log.toString('hex', 16, 24)
}

/** Frames of an older round have another salt; the last frame of a commit says how large the database is. */
function endOfLastCommit(log: Buffer): number {
  if (log.length < LOG_HEAD) return log.length
  const frame = FRAME_HEAD + log.readUInt32BE(8)
  let end = LOG_HEAD
  for (let at = LOG_HEAD; at + frame <= log.length; at += frame) {
    if (log.toString('hex', at + 8, at + 16) !== saltOf(log)) break
    if (log.readUInt32BE(at + 4) !== 0) end = at + frame
  }
  return end
}

function nothing(): Acknowledged {
  return { seqs: new Map(), items: new Set(), partials: new Map() }
}
