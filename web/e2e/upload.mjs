import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { court, people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launchPhone, phone, play, same, step, until } from './run.mjs'

const MiB = 1 << 20

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

play(async () => {
  const [gate] = stage.gates
  const folder = join(stage.temp, 'phone')
  const other = await Client.signIn(stage.nodes[1], people.defendant)
  const caseId = await other.caseId(quietCase.docket)
  await other.accept(caseId)
  const sum = async (event) => sha256(Buffer.from(await (await other.raw('GET', `/attachments/${event.body.attachment}`)).arrayBuffer()))
  const person = new Person(people.plaintiff, await launchPhone(folder, phone), gate)
  await person.openPage('/')
  await person.signIn()
  await person.openCase(quietCase)
  await person.acceptNotice()

  await step('a file of 20 MB is on its way when the page is closed', async () => {
    await court.limit(0, 5 * MiB)
    await person.pick('文件', stage.files.big)
    const part = async () => Number(/(\d+)%/.exec(await person.pending().innerText())?.[1] ?? 0)
    await until('a third has arrived', async () => (await part()) >= 35, 60_000)
    await person.context.close()
    await court.limit(0, 0)
    same('files that the others have', (await other.events(caseId)).filter((e) => e.kind === 'file').length, 0)
  })

  await step('opened again, it goes on where it stopped', async () => {
    person.context = await launchPhone(folder, phone)
    const asked = []
    person.context.on('request', (r) => {
      if (r.url().includes('/api/v1/uploads')) asked.push({ method: r.method(), offset: Number(r.headers()['upload-offset'] ?? -1) })
    })
    await person.openPage(`/cases/${caseId}`)
    await until('the file has arrived', async () => (await other.events(caseId)).some((e) => e.kind === 'file'), 60_000)
    await person.allSent()
    same('new uploads begun', asked.filter((a) => a.method === 'POST').length, 0)
    const first = asked.find((a) => a.method === 'PATCH')
    expect(`it goes on at ${first?.offset}`, first?.offset >= 4 * MiB)
    console.log(`    resumed at ${(first.offset / MiB).toFixed(1)} MiB of 20`)
  })

  await step('it arrives once, byte for byte', async () => {
    const sent = (await other.events(caseId)).filter((e) => e.kind === 'file')
    same('files that the others have', sent.length, 1)
    same('the file’s SHA-256', await sum(sent[0]), sha256(readFileSync(stage.files.big)))
  })

  await step('its node killed on the way, a file goes on at the other one', async () => {
    await court.limit(0, 5 * MiB)
    await person.pick('文件', stage.files.big)
    await until('a third has arrived', async () => /[3-9]\d%/.test(await person.pending().innerText()), 60_000)
    await court.lead(0, 1)
    await court.kill(0)
    await court.limit(0, 0)
    const t = Date.now()
    await person.allSent(60_000)
    console.log(`    finished ${Date.now() - t} ms after the kill`)
    const sent = (await other.events(caseId)).filter((e) => e.kind === 'file')
    same('files that the others have', sent.length, 2)
    same('the file’s SHA-256', await sum(sent[1]), await sum(sent[0]))
  })

  same('faults of the page', person.faults, [])
})
