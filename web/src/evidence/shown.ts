import { files } from '@/api/calls'
import type { ExhibitPage } from '@/api/evidence'
import type { Shown } from '@/viewer/page'

/**
 * Where a page's file is read. With the reader's name over it it is another picture, and must not come out of the browser's memory in place
 * of the one without; `mark` is the text that the court has asked for, if it has.
 */
export function pageURL(attachment: string, mark = ''): string {
  return files.url(attachment) + (mark ? '?marked' : '')
}
export function thumbURL(attachment: string, mark = ''): string {
  return files.thumbnail(attachment) + (mark ? '?marked' : '')
}

export function shown(p: ExhibitPage, mark = ''): Shown {
  return { media: p.media, url: pageURL(p.attachment, mark), name: p.file.name, ...(p.turn ? { turn: p.turn } : {}) }
}
