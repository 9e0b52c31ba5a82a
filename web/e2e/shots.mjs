// Takes the pictures that the README shows into the folder that is given: `make shots`.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { launch, play, step, until } from './run.mjs'

const folder = process.argv[2]
mkdirSync(folder, { recursive: true })

const zhang = { name: '张伟', phone: '13800000001' }
const judge = { name: '李明', login: 'judge.li', password: 'demo-judge-li' }
const clerk = { name: '何佳', login: 'clerk.he', password: 'demo-clerk-he' }
const sale = { docket: '（2025）浙9901民初1024号' }

/** A photo of a delivery note on a desk. */
async function photograph(browser, path) {
  const page = await browser.newPage({ viewport: { width: 880, height: 460 } })
  const line = (...cells) => `<tr>${cells.map((c) => `<td>${c}</td>`).join('')}</tr>`
  await page.setContent(`<style>
    body { margin: 0; height: 460px; background: linear-gradient(120deg, #8a6b4c, #6d5238 60%, #5c442e); font: 27px/1.4 'Noto Serif SC', 'Noto Serif CJK SC', serif; overflow: hidden }
    main { position: absolute; left: 52px; top: 18px; width: 700px; padding: 20px 36px 40px; background: linear-gradient(160deg, #fffdf6, #efe9da); color: #222; transform: rotate(-2.5deg); box-shadow: 6px 14px 40px #0009 }
    h1 { margin: 0 0 6px; text-align: center; letter-spacing: 16px; font-size: 38px } p { margin: 4px 0; display: flex; gap: 40px }
    table { width: 100%; border-collapse: collapse; margin: 8px 0 } td { border: 2px solid #555; padding: 5px 12px } i { font-family: cursive; color: #1d3a8a; font-style: italic }
    b { position: absolute; right: 34px; bottom: 8px; width: 118px; height: 118px; border: 5px solid #b3261ecc; border-radius: 50%; color: #b3261ecc; display: grid; place-items: center; font-size: 24px; line-height: 1.2; text-align: center; transform: rotate(-14deg) }
    </style><main><h1>收货单</h1><p><span>甬江示范建材有限公司</span><span>4月8日</span></p>
    <table>${line('品名', '规格', '箱数', '备注')}${line('抛光砖', '800×800', '<i>500</i>', '<i>含补100箱</i>')}</table>
    <p><span>送货人 <i>张伟</i></span><span>收货人 <i>徐仓</i></span></p><b>收货<br>专用章</b></main>`)
  await page.screenshot({ path, type: 'jpeg', quality: 88 })
  await page.close()
}

play(async () => {
  const browser = await launch()
  const receipt = join(stage.temp, '收货单.jpg')
  await photograph(browser, receipt)
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
