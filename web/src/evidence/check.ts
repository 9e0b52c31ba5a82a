import type { Config } from '@/api/types'
import { t } from '@/i18n'
import type { Page, Parcel } from './parcel'

/** What is missing before a submission can go, in words; nothing where it can. */
export function missing(p: Parcel, page: (id: string) => Page | undefined, limits?: Config['limits']): string[] {
  const out: string[] = []
  const exhibits = p.exhibits ?? []
  exhibits.forEach((e, i) => {
    const n = i + 1
    if (!e.name.trim()) out.push(t('submit.missing_name', { n }))
    if (!e.kind) out.push(t('submit.missing_kind', { n }))
    if (!e.purpose.trim()) out.push(t('submit.missing_purpose', { n }))
    if (!e.pages.length) out.push(t('submit.missing_pages', { n }))
    else if (e.pages.some((id) => page(id)?.failed)) out.push(t('submit.missing_file', { n }))
  })
  if (limits) {
    const all = exhibits.reduce((n, e) => n + e.pages.length, 0)
    if (exhibits.some((e) => e.pages.length > limits.exhibit_pages) || all > limits.submission_pages) out.push(t('submit.too_many_pages', { n: limits.exhibit_pages, all: limits.submission_pages }))
    if (exhibits.length > limits.exhibits) out.push(t('submit.too_many', { n: limits.exhibits }))
  }
  return out
}
