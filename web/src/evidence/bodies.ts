import type { components } from '@/api/schema'
import { aspects, type OpinionForm, type Page, type Parcel } from './parcel'

type S = components['schemas']
type PageOf = (id: string) => Page | undefined

/** Pages that have arrived, in their order. */
function pagesOf(ids: string[], page: PageOf): S['PageIn'][] {
  return ids.flatMap((id) => {
    const p = page(id)
    return p?.attachment ? [{ attachment: p.attachment, ...(p.sha256 ? { sha256: p.sha256 } : {}), ...(p.turn ? { turn: p.turn } : {}) }] : []
  })
}

function exhibitsOf(p: Parcel, page: PageOf): S['ExhibitIn'][] {
  return (p.exhibits ?? []).map((e) => ({
    name: e.name.trim(), kind: e.kind, purpose: e.purpose.trim(), source: e.source.trim(), original_held: e.original_held, pages: pagesOf(e.pages, page),
  }))
}

const common = (p: Parcel) => ({ ...(p.for ? { for: p.for } : {}), ...(p.late_reason?.trim() ? { late_reason: p.late_reason.trim() } : {}) })

export function draftBody(p: Parcel, page: PageOf): S['SaveDraftInBody'] {
  return { revision: p.revision, exhibits: exhibitsOf(p, page), ...common(p) }
}

export function submissionBody(p: Parcel, page: PageOf): S['SubmitInBody'] {
  return { event: p.event, exhibits: exhibitsOf(p, page), ...common(p), ...(p.revision ? { draft: p.id } : {}) }
}

/** Without the switch the whole is 无异议, whatever was ticked before. */
export function opinionBody(p: Parcel, page: PageOf): S['OpinionInBody'] {
  const o = p.opinion as OpinionForm
  const [authenticity, legality, relevance] = aspects.map((name) => {
    const { objection, text } = o[name]
    if (!o.objection || !objection) return { objection: false }
    return { objection: true, ...(text.trim() ? { text: text.trim() } : {}) }
  }) as [S['AspectIn'], S['AspectIn'], S['AspectIn']]
  return {
    event: p.event, authenticity, legality, relevance,
    ...(p.for ? { for: p.for } : {}),
    ...(o.text.trim() ? { text: o.text.trim() } : {}),
    images: pagesOf(o.images, page),
  }
}
