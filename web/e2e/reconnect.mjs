import { court, marker, people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { launch, play, same, step, until } from './run.mjs'

play(async () => {
  const browser = await launch()
  const other = await Client.signIn(stage.nodes[1], people.defendant)
  const caseId = await other.caseId(quietCase.docket)
  await other.accept(caseId)
  const person = await Person.with(browser, people.plaintiff, stage.gates[0])
  await person.signIn()
  await person.openCase(quietCase)
  await person.acceptNotice()
  await other.send(caseId, `${marker}：在线时`)
  await person.sees('在线时')

  // Notes every word that the status line ever says.
  const listen = () =>
    person.page.evaluate(() => {
      window.noticed = []
      const line = document.querySelector('.status')
      new MutationObserver(() => line.innerText && window.noticed.push(line.innerText)).observe(line, { subtree: true, childList: true, characterData: true })
    })
  const noticed = () => person.page.evaluate(() => window.noticed)
  const connected = async () => {
    await other.send(caseId, `${marker}：回来了吗${Math.random()}`)
    const [last] = (await other.events(caseId)).slice(-1)
    await person.sees(last.body.text)
  }

  await step('its node killed with -9, a page is back on the other one by itself and shows what it missed', async () => {
    await listen()
    const t = Date.now()
    await court.lead(0, 1)
    await court.kill(0)
    await other.send(caseId, `${marker}：第一台服务器没了`)
    await person.sees('第一台服务器没了')
    console.log(`    ${Date.now() - t} ms from the kill to the missed message on the screen`)
  })

  await step('a gap so short is nobody’s business: no notice', async () => {
    same('notices', await noticed(), [])
    await person.say(`${marker}：我没有察觉`)
    await person.sees('我没有察觉')
    await person.allSent()
  })

  await step('the connection cut for a moment: back, without a notice', async () => {
    await court.cut(0)
    await other.send(caseId, `${marker}：断了一下`)
    await court.open(0)
    await person.sees('断了一下')
    same('notices', await noticed(), [])
  })

  await step('a long gap is said, and that nothing is lost', async () => {
    await court.cut(0)
    const line = person.page.locator('.status')
    await line.getByText('您写的内容不会丢失').waitFor()
    for (let i = 1; i <= 60; i++) await other.send(caseId, `${marker}：断开期间第${i}条。`)
    await person.say(`${marker}：断开时写的`)
    await court.open(0)
    // Tapped where it still stands: in this moment the page may come back by itself.
    await line.getByRole('button', { name: '立即重连' }).evaluateAll((found) => found.forEach((button) => button.click()))
    await person.sees('断开期间第60条。')
    await until('the notice is gone', async () => (await line.innerText()) === '')
  })

  await step('everything missed is there, once and in order', async () => {
    await until('the message written meanwhile is sent', async () => (await other.events(caseId)).some((e) => e.body.text?.includes('断开时写的')))
    const theirs = (await other.events(caseId)).filter((e) => e.kind === 'text').map((e) => e.body.text)
    await until('the page has what the record has', async () => {
      const mine = await person.page.locator('article.row:not(.pending) .body-text').allInnerTexts()
      return JSON.stringify(mine) === JSON.stringify(theirs)
    })
  })

  await step('a network that dies silently is found out when the phone says so', async () => {
    await court.silence(0)
    await other.send(caseId, `${marker}：无声无息`)
    await person.context.setOffline(true)
    await person.context.setOffline(false)
    await court.lead(0, 1)
    await person.page.locator('.status').getByText('您写的内容不会丢失').waitFor()
    await court.open(0)
    await person.sees('无声无息')
  })

  await step('the node comes back, and serves again', async () => {
    await court.start(0)
    await court.lead(0, 0)
    await court.cut(0)
    await court.open(0)
    await connected()
  })

  same('faults of the page', person.faults, [])
})
