// Takes the pictures that the README shows into the folder that is given: `make shots`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stage } from './court.mjs'
import { Person } from './person.mjs'
import { deliveryNote } from './photos.mjs'
import { Client } from './rest.mjs'
import { launch, play, step, until } from './run.mjs'

const folder = process.argv[2]
mkdirSync(folder, { recursive: true })

const zhang = { name: '张伟', phone: '13800000001' }
const judge = { name: '李明', login: 'judge.li', password: 'demo-judge-li' }
const clerk = { name: '何佳', login: 'clerk.he', password: 'demo-clerk-he' }
const sale = { docket: '（2025）浙9901民初1024号' }

play(async () => {
  const browser = await launch()
  const receipt = join(stage.temp, '收货单.jpg')
  await deliveryNote(browser, receipt)
  const look = { deviceScaleFactor: 1.5, colorScheme: 'light', reducedMotion: 'reduce' }
  const [base] = stage.gates
  const shoot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' })

  const person = await Person.with(browser, zhang, base, look)
  const { page } = person
  const [li, he] = await Promise.all([judge, clerk].map((who) => Client.signIn(base, who)))
  const caseId = await li.caseId(sale.docket)

  await step('cases.png', async () => {
    await person.signIn()
    await li.send(caseId, '双方都愿意调解。请原告把换货那批的收货单拍给法庭看一下。')
    await page.getByRole('link', { name: /我的案件/ }).first().click()
    await page.getByRole('link', { name: sale.docket }).waitFor()
    await page.locator('.case b').first().waitFor()
    await shoot(page, 'cases')
  })

  await step('room.png', async () => {
    // Two of the court and both sides are in the room.
    const others = await Promise.all([judge, clerk, { name: '陈静', phone: '13800000004' }].map((who) => Person.with(browser, who, base)))
    await Promise.all(others.map((o) => o.signIn().then(() => o.page.goto(`${base}/cases/${caseId}`))))
    await page.getByRole('link', { name: sale.docket }).click()
    await person.inRoom()
    // The room opens where somebody stopped reading.
    for (const p of [...others, person]) {
      await p.inRoom()
      const latest = p.page.getByRole('button', { name: '回到最新' })
      await latest.click({ timeout: 3000 }).catch(() => {})
    }
    await person.pick('相册', receipt)
    await person.allSent()
    await person.say('法官好，这是4月8日的收货单，备注栏写了补100箱。')
    await person.allSent()
    await he.send(caseId, '收货单已收到，请被告代理人看过后发表意见。')
    await person.sees('收货单已收到')
    await page.getByRole('button', { name: '参与人，4 人在场' }).waitFor()
    await page.locator('article.row:not(.pending) .body-image img').evaluate((i) => i.decode())
    await page.getByRole('textbox').blur()
    await until('both of the court have read', async () => (await page.locator('.row__read').last().innerText()).includes('人已读'))
    await shoot(page, 'room')
  })
})
