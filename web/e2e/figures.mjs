import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** The pictures of web/FIGURES.md, by the page or step that is looked at. */
const figures = {
  '/': 'home',
  '/mine': 'mine',
  '/mine/help': 'help',
  '/mine/identity/prove': 'identity-rules',
  'the document of a minor': 'identity-document',
  'the phone': 'identity-phone',
  'photos of the document': 'identity-photos',
  'before the camera': 'identity-face',
  'before the video': 'identity-video',
  'waiting for review': 'identity-handed-in',
  'the pad for a signature': 'signature',
  '/filings/new': 'filing-kinds',
  '/filings': 'filings',
  'the notice of a filing': 'filing-notice',
  'the parties of a filing': 'filing-parties',
  'a party with a mistyped code': 'filing-party',
  'the cause of a filing': 'filing-cause',
  'the decision that a filing is about': 'filing-decision',
  'the second instance of a filing': 'filing-second-instance',
  'what a filing has about it': 'filing-flags',
  'the materials of a filing': 'filing-materials',
  'the address of a filing': 'filing-address',
  'checking a filing': 'filing-check',
  'a filing that was handed in': 'filing-handed-in',
  '/risk': 'risk-kinds',
  '/risk/sale': 'risk-questions',
  '/risk/reports': 'risk-report',
  '/cases': 'cases',
  '/cases/:case/notice': 'first-notice',
  '/cases/:case': 'room',
  'the plus panel': 'plus-panel',
  '/cases/:case/details': 'case-details',
  'who takes part, in the details': 'case-people',
  '/cases/:case/applications/new': 'application-kinds',
  'an application that lacks something': 'application-form',
  'an application on paper': 'application-paper',
  'a paper that several sign': 'paper-preview',
  'handing in, filled': 'evidence-hand-in',
  'the table of exhibits and parties': 'evidence-table',
  'an opinion without a reason': 'opinion-objection',
  'an opinion without objection': 'opinion-none',
  'an exhibit that was checked': 'exhibit',
  '/cases/:case/with': 'contacts',
  'sending a location': 'location',
  'the hearing room': 'hearing',
  '/cases/hearings': 'hearing-lobby',
  'asking before leaving for another service': 'leaving',
  '/guide': 'guide',
  '/tools': 'tools',
  '/tools/write/civil_complaint': 'pleading',
  'what a calculator answers': 'calculator',
  '/courts': 'courts',
  '/documents': 'documents',
  '/mine/organisations': 'organisations',
  '/mine/organisations/bind': 'organisation-form',
}

/** Takes the picture of what is looked at into a folder, if there is one of it. Ids in its address are left out. */
export async function figure(page, what, folder) {
  const name = figures[what] ?? figures[what.replace(/\/[\da-f-]{36}(?=\/|$)/g, '')]
  if (!name) return
  mkdirSync(folder, { recursive: true })
  await page.evaluate(() => scrollTo(0, 0))
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 55, animations: 'disabled', caret: 'hide' })
}
