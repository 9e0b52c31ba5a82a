// Package law writes citations of Chinese law in English beside the Chinese. It translates references, never the law's words.
package law

import (
	"regexp"
	"strings"

	"microcourt/store/court/exact"
)

// names gives the English names of laws, longer Chinese ones before those that they contain.
var names = []struct{ zh, en string }{
	{"最高人民法院关于人民法院办理财产保全案件若干问题的规定（2020修正）", "Provisions on Property Preservation (amended 2020)"},
	{"关于严格规范民商事案件延长审限和延期开庭问题的规定（2019修正）", "Provisions on Extending Trial Time Limits and Postponing Hearings (amended 2019)"},
	{"关于以法院专递方式邮寄送达民事诉讼文书的若干规定（法释〔2004〕13号）", "Provisions on Service by Court Express Mail (Fa Shi [2004] No. 13)"},
	{"关于审判人员在诉讼活动中执行回避制度若干问题的规定（法释〔2011〕12号）", "Provisions on the Recusal of Adjudicators (Fa Shi [2011] No. 12)"},
	{"关于诉讼代理人查阅民事案件材料的规定（2020修正）", "Provisions on Access to Civil Case Materials by Representatives (amended 2020)"},
	{"《人民法院民事诉讼风险提示书》", "Civil Litigation Risk Notice of the People's Courts"},
	{"法释〔2020〕17号城镇房屋租赁解释", "Interpretation on Urban Housing Leases (Fa Shi [2020] No. 17)"},
	{"法释〔2020〕17号交通事故解释", "Interpretation on Road Traffic Damages (Fa Shi [2020] No. 17)"},
	{"劳社部发〔2005〕12号", "Notice on Establishing Labour Relations (Lao She Bu Fa [2005] No. 12)"},
	{"法释〔2020〕26号", "Interpretation (I) on Labour Disputes (Fa Shi [2020] No. 26)"},
	{"法释〔2004〕13号", "Provisions on Service by Court Express Mail (Fa Shi [2004] No. 13)"},
	{"买卖合同解释（法释〔2020〕17号修正）", "Interpretation on Sales Contracts (amended by Fa Shi [2020] No. 17)"},
	{"法释〔2020〕17号民间借贷规定", "Provisions on Private Lending (Fa Shi [2020] No. 17)"},
	{"法释〔2014〕8号", "Interpretation on Interest for Delayed Performance (Fa Shi [2014] No. 8)"},
	{"法释〔2017〕5号", "Provisions on Recording Court Hearings (Fa Shi [2017] No. 5)"},
	{"法释〔2022〕14号", "Interpretation on Personal Injury Compensation (Fa Shi [2022] No. 14)"},
	{"法释〔2001〕7号（2020修正）", "Interpretation on Compensation for Mental Distress (Fa Shi [2001] No. 7, amended 2020)"},
	{"人民法院在线诉讼规则", "Online Litigation Rules of the People's Courts"},
	{"人民法院在线调解规则", "Online Mediation Rules of the People's Courts"},
	{"在线诉讼规则", "Online Litigation Rules of the People's Courts"},
	{"诉讼费用交纳办法", "Measures on the Payment of Litigation Costs"},
	{"交纳办法", "Measures on the Payment of Litigation Costs"},
	{"劳动争议调解仲裁法", "Labour Dispute Mediation and Arbitration Law"},
	{"合同编通则解释", "Interpretation on the General Provisions of Contracts"},
	{"工伤保险条例（2010修订）", "Work Injury Insurance Regulations (revised 2010)"},
	{"民事诉讼证据规定", "Provisions on Evidence in Civil Procedure"},
	{"证据规定", "Provisions on Evidence in Civil Procedure"},
	{"延期开庭规定", "Provisions on Extending Trial Time Limits and Postponing Hearings"},
	{"财产保全规定", "Provisions on Property Preservation"},
	{"民间借贷规定", "Provisions on Private Lending"},
	{"民诉法解释", "Interpretation of the Civil Procedure Law"},
	{"行诉解释", "Interpretation of the Administrative Procedure Law"},
	{"民事诉讼法", "Civil Procedure Law"},
	{"行政诉讼法", "Administrative Procedure Law"},
	{"道路交通安全法", "Road Traffic Safety Law"},
	{"买卖合同解释", "Interpretation on Sales Contracts"},
	{"劳动合同法", "Labour Contract Law"},
	{"仲裁法", "Arbitration Law"},
	{"民诉法", "Civil Procedure Law"},
	{"行诉法", "Administrative Procedure Law"},
	{"民法典", "Civil Code"},
}

// words are what stands in citations beside names and numbers.
var words = strings.NewReplacer("（confidence=medium）", "", "（行政赔偿、补偿、自由裁量权案件）", " (administrative compensation and discretion)",
	"：超过损失30%一般认定为过高", " (more than 30% above the loss is usually too high)", "；", "; ", "、", ", ", "：", ": ")

var (
	article = regexp.MustCompile(`第([0-9–、]+)条(?:之([一二三四五六七八九十]))?(?:第([0-9]+)款)?((?:\([一二三四五六七八九十]+\)[0-9]*)?)`)
	item    = regexp.MustCompile(`\(([一二三四五六七八九十]+)\)([0-9]*)`)
)

// Cite gives a citation such as 民事诉讼法第67条第2款 in both languages.
func Cite(zh string) exact.Text {
	plain := strings.ReplaceAll(zh, "（confidence=medium）", "")
	en := article.ReplaceAllStringFunc(zh, func(a string) string {
		m := article.FindStringSubmatch(a)
		numbers, word := strings.ReplaceAll(m[1], "、", ", "), "Art. "
		if strings.ContainsAny(m[1], "–、") {
			word = "Arts. "
		}
		text := word + numbers
		if m[3] != "" {
			text += "(" + m[3] + ")"
		}
		if i := item.FindStringSubmatch(m[4]); i != nil {
			text += "(" + digits.Replace(i[1]) + ")"
			if i[2] != "" {
				text += "(" + i[2] + ")"
			}
		}
		return text
	})
	en = words.Replace(en)
	for _, n := range names {
		en = strings.ReplaceAll(en, n.zh, n.en+" ")
	}
	return exact.Text{ZH: plain, EN: strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(en, "  ", " "), " ;", ";"))}
}

// Cites gives several citations.
func Cites(zh ...string) []exact.Text {
	all := make([]exact.Text, len(zh))
	for i, c := range zh {
		all[i] = Cite(c)
	}
	return all
}

var digits = strings.NewReplacer("十", "10", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")
