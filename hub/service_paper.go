package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
)

// PrintVoucher prints the voucher of service (送达凭证) for a document and one recipient: for the recipient and the court.
type PrintVoucher struct{ CaseID, Service string }

func (p PrintVoucher) rule() rule { return rule{act: court.ActDocumentRead, caseID: p.CaseID} }

func (p PrintVoucher) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	v, err := h.store.Voucher(ctx, p.CaseID, p.Service, st)
	if err != nil {
		return nil, err
	}
	return h.printVoucher(ctx, v)
}

// bases says in words how the consent to electronic service came about.
var bases = map[court.ConsentBasis]string{
	court.ConsentConfirmed: "受送达人在本系统签名确认的送达地址",
	court.ConsentPaper:     "受送达人书面签署、由法院录入的送达地址确认书",
	court.ConsentAgreed:    "受送达人同意电子送达，但没有确认电子送达地址",
}

// printVoucher says what 人民法院在线诉讼规则 第三十一条 wants on record: the document and its hash, the address, when it was sent, arrived and read, and from
// when on it counts as served, and why.
func (h *Hub) printVoucher(ctx context.Context, v *store.Voucher) (*Document, error) {
	moment := func(at int64, none string) string {
		if at == 0 {
			return none
		}
		return chineseTime(at) + "（北京时间）"
	}
	served, why := moment(v.Service.ServedAt, "尚未生效"), "文书到达受送达人确认的电子地址所在系统之时，即为送达；是否打开，不影响送达的效力。"
	if !v.Service.Basis.ConfirmsAddress() {
		why = "受送达人没有确认电子送达地址，以其首次打开或者签收文书之时为送达之时。"
	}
	confirmed := moment(v.Service.ConfirmedAt, "未签收")
	if v.Service.Signature != "" {
		confirmed += "，以预留签名签收"
	}
	name := v.Document.Title
	if v.Document.Number != "" {
		name += "　" + v.Document.Number
	}
	rows := [][]string{
		{"案号", v.DocketNumber}, {"案由", v.Cause},
		{"送达文书", v.Document.KindName + "：" + name},
		{"文书校验值（SHA-256）", v.Document.SHA256},
		{"受送达人", strings.TrimSpace(v.Standing + "　" + v.Service.Name)},
		{"送达方式和地址", fmt.Sprintf("电子送达，微法庭账号：%s%s", v.Service.Name, v.Account)},
		{"地址依据", fmt.Sprintf("%s（第%d次确认）", bases[v.Service.Basis], v.Service.AddressVersion)},
		{"发送时间", moment(v.Document.SentAt, "")}, {"到达时间", moment(v.Service.ArrivedAt, "")},
		{"打开时间", moment(v.Service.OpenedAt, "未打开")}, {"签收时间", confirmed},
	}
	for _, d := range v.Document.Deliveries {
		if d.Recipient == v.Service.Recipient {
			if d.Outcome == court.DeliveryFailed {
				rows = append(rows, []string{"另行" + d.WayName, moment(d.DeliveredAt, "") + "　未能送达：" + d.Note})
				continue
			}
			rows = append(rows, []string{"另行" + d.WayName, strings.TrimSpace(moment(d.DeliveredAt, "") + "　" + d.Note)})
			if d.DeliveredAt == v.Service.ServedAt {
				why = "同一文书采用多种方式送达的，以最先完成的为准。"
			}
		}
	}
	rows = append(rows, []string{"送达生效时间", served}, []string{"依据", why + "《中华人民共和国民事诉讼法》第九十条、《人民法院在线诉讼规则》第三十一条。"})
	doc := paper.Doc{
		Title: "送达凭证", Author: v.Court, Date: time.UnixMilli(v.Service.ArrivedAt), Footer: v.DocketNumber + "　送达凭证",
		Blocks: []paper.Block{
			paper.Title(v.Court + "\n电子送达凭证"),
			paper.Table{Columns: []paper.Column{{Head: "项目", Width: 1.2, Align: paper.Left}, {Head: "内容", Width: 4, Align: paper.Left}}, Rows: rows},
			paper.Para{Runs: paper.Plain("本凭证由系统根据案件记录生成。各项时间以法院服务器记录为准；短信和站内提醒只是通知，不是送达。记录编号：" + v.Service.ID), Small: true, Flush: true},
			paper.Para{Runs: paper.Plain("送达人：" + v.ServedBy), Align: paper.Right}, paper.Para{Runs: paper.Plain(v.Court), Align: paper.Right},
		},
	}
	return h.printedAs(ctx, doc, v, fmt.Sprintf("送达凭证 %s %s %s", v.DocketNumber, v.Document.Title, v.Service.Name))
}

// PrintAddress prints a version of somebody's confirmation of the address for service (送达地址确认书); 0 is the newest.
type PrintAddress struct {
	CaseID, Participant string
	Version             int64
}

func (p PrintAddress) rule() rule { return rule{act: court.ActAddressRead, caseID: p.CaseID} }

func (p PrintAddress) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*Document, error) {
	all, err := ReadAddress{p.CaseID, p.Participant}.do(ctx, h, actor, st)
	if err != nil {
		return nil, err
	}
	for i := range all.Versions {
		if a := &all.Versions[i]; p.Version == 0 || a.Version == p.Version {
			return h.printAddress(ctx, p.CaseID, actor, all.Notice, a)
		}
	}
	return nil, court.ErrNotFound
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

func (h *Hub) printAddress(ctx context.Context, caseID string, actor Actor, notice NoticeText, a *store.ConfirmedAddress) (*Document, error) {
	card, err := h.store.Case(ctx, caseID, actor.PersonID)
	if err != nil {
		return nil, err
	}
	who, err := h.store.AddressOwner(ctx, caseID, a)
	if err != nil {
		return nil, err
	}
	rows := [][]string{
		{"案号", card.DocketNumber}, {"案由", card.Cause}, {"受送达人", strings.TrimSpace(who.Standing + "　" + who.Name)},
		{"收件人", a.Recipient}, {"邮寄地址", strings.TrimSpace(a.Region + a.Street + "　" + a.Postcode)}, {"联系电话", a.Phone}, {"电子邮箱", a.Email},
		{"指定代收人", "无"}, {"是否同意电子送达", yes(a.Electronic)}, {"电子送达地址", "微法庭账号：" + who.Name},
		{"是否同意电子送达判决书、裁定书、调解书", yes(a.Decisions)}, {"是否要求对地址保密", yes(a.Confidential)},
	}
	if d := a.Delegate; d != nil {
		rows[7][1] = d.Name + "，" + d.Relation + "，" + d.Phone
	}
	if !a.Electronic {
		rows[9][1] = "无"
	}
	blocks := []paper.Block{paper.Title("送达地址确认书"),
		paper.Table{Columns: []paper.Column{{Head: "事项", Width: 1.6, Align: paper.Left}, {Head: "填写内容", Width: 3, Align: paper.Left}}, Rows: rows}}
	close := paper.Signature{Label: "受送达人（签名）：", Picture: who.Signature, Lines: []string{chineseTime(a.At)}}
	switch {
	case a.Basis == court.ConsentConfirmed && a.NoticeSHA256 == notice.SHA256:
		blocks = append(blocks, paper.Heading("告知事项和声明"), paper.Para{Runs: paper.Plain(strings.ReplaceAll(notice.Text, "\n\n", "\n")), Small: true})
	case a.Basis == court.ConsentConfirmed:
		blocks = append(blocks, paper.Para{Runs: paper.Plain(fmt.Sprintf("受送达人确认时阅读的告知文本为%s版，校验值（SHA-256）%s。", a.NoticeVersion, a.NoticeSHA256)), Small: true})
	default:
		blocks = append(blocks, paper.Para{Runs: paper.Labelled("法院录入：", bases[a.Basis]+"。"+a.Note), Small: true})
		close = paper.Signature{Label: "录入人：", Lines: []string{who.By, card.Court, chineseTime(a.At)}}
	}
	blocks = append(blocks, paper.Para{Runs: paper.Plain("确认内容校验值（SHA-256）" + a.SHA256), Small: true, Flush: true, Align: paper.Left}, close)
	doc := paper.Doc{Title: "送达地址确认书", Author: who.Name, Date: time.UnixMilli(a.At), Footer: card.DocketNumber + "　送达地址确认书", Blocks: blocks}
	return h.printedAs(ctx, doc, []any{a, who, card.DocketNumber, notice.SHA256}, fmt.Sprintf("送达地址确认书 %s %s 第%d次", card.DocketNumber, who.Name, a.Version))
}
