import { readFileSync } from 'node:fs'
import { stage } from './court.mjs'
import { until } from './run.mjs'

/** Sends a file of somebody's to the court (the tus protocol) and gives its attachment. */
async function upload(c, path, name) {
  const bytes = readFileSync(path)
  const base64 = (text) => Buffer.from(text).toString('base64')
  const begun = await c.raw('POST', '/uploads/', undefined, { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(bytes.length), 'Upload-Metadata': `kind ${base64('file')},filename ${base64(name)}` })
  const at = new URL(begun.headers.get('Location'), c.base)
  const sent = await fetch(at, { method: 'PATCH', headers: { Authorization: `Bearer ${c.token}`, 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }, body: bytes })
  if (!sent.ok) throw new Error(`${name}: ${sent.status} ${await sent.text()}`)
  const upload = at.pathname.split('/').pop()
  return (await until(`${name} is taken`, () => c.call('GET', `/uploads/${upload}/attachment`).then((a) => a.id && a))).id
}

/** Fills in a civil case by the API: who is signed in with `c` against somebody known by name and number, with a picture of the identity card and a file of evidence. */
export async function fillIn(c, name, against, card = stage.files.image) {
  const [{ notices }, { causes }] = [await c.call('GET', '/filing-kinds'), await c.call('GET', '/filing-kinds/civil_first/causes?q=mjjd')]
  const materials = []
  for (const [slot, path, title] of [['identity', card, '身份证.jpg'], ['evidence', stage.files.pdf, '借条.pdf']]) materials.push({ slot, attachment: await upload(c, path, title), name: title })
  const id = crypto.randomUUID()
  const address = '示范市甬江区人民路1号'
  const draft = await c.call('PUT', `/me/filing-drafts/${id}`, {
    revision: 0, kind: 'civil_first', step: 'review',
    values: {
      capacity: 'self', notice: notices.find((n) => n.key === 'filing_notice').version, cause: causes[0].code, claims: '判令被告归还借款五万元', reasons: '被告于2025年3月向原告借款五万元，至今没有归还。', amount: 5000000, jurisdiction: 'domicile',
      parties: [{ id: 'p1', standing: 'plaintiff', kind: 'person', name, address, phone: '13800000007', self: true }, { id: 'p2', standing: 'defendant', kind: 'person', name: against.name, id_type: 'resident_id', id_number: against.number, address, phone: against.phone }],
      materials, service_address: { recipient: name, phone: '13800000007', street: '人民路1号', confidential: false, electronic: true, decisions: false }, consents: { filing: true, hearing_synchronous: true },
    },
  })
  if (draft.problems.some((p) => !p.warning)) throw new Error(JSON.stringify(draft.problems))
  return draft
}

/** Hands such a case in. The signature is a PNG in base64. */
export async function file(c, name, against, signature) {
  await c.call('PUT', '/me/signature', { image: signature })
  const { id, revision } = await fillIn(c, name, against)
  const printed = await c.raw('GET', `/me/filing-drafts/${id}/document?signed=true`)
  return c.call('POST', `/me/filing-drafts/${id}/submit`, { revision, sha256: printed.headers.get('X-Document-SHA256') })
}
