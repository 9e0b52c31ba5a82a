// Package risk holds the questionnaires by which somebody learns, before going to court, what may go wrong (诉讼风险评估): questions whose answers lead to the next, then the amount in
// dispute, which gives the court fee, then a notice of risks. It advises and decides nothing; it does no I/O. Questions and texts are our own wording after 人民法院民事诉讼风险提示书.
package risk

import (
	_ "embed"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
	"microcourt/store/court/law"
)

//go:embed risk.json
var file []byte

// Severity says how much a risk weighs.
type Severity int

// The severities. A hint is told to everybody.
const (
	Hint   Severity = 1 // 提示
	Medium Severity = 2 // 中
	High   Severity = 3 // 高
)

// Risk is what may go wrong, with what to do about it.
type Risk struct {
	Key      string       `json:"key"`
	Severity Severity     `json:"severity" minimum:"1" maximum:"3" doc:"1: a hint, 2: medium, 3: high"`
	Title    exact.Text   `json:"title"`
	Text     exact.Text   `json:"text" doc:"what may happen, and what to do"`
	Basis    []exact.Text `json:"basis" nullable:"false" doc:"the articles that it rests on"`
}

// End is the key that stands in place of a next question after the last: the amount in dispute is asked for.
const End = "amount"

// Option is an answer that can be chosen.
type Option struct {
	Key  string     `json:"key"`
	Text exact.Text `json:"text"`
	Next string     `json:"next" doc:"key of the question that follows, or amount after the last"`

	risks []string
}

// Question is one round.
type Question struct {
	Key     string      `json:"key"`
	Text    exact.Text  `json:"text"`
	Help    *exact.Text `json:"help,omitempty"`
	Multi   bool        `json:"multi,omitempty" doc:"several options may be chosen; they all lead to the same question"`
	Options []Option    `json:"options" nullable:"false"`
}

// Questionnaire is that of one kind of dispute.
type Questionnaire struct {
	Key       string     `json:"key"`
	Name      exact.Text `json:"name"`
	Intro     exact.Text `json:"intro"`
	Causes    []string   `json:"causes" nullable:"false" doc:"causes of action that such disputes usually have, in Chinese"`
	Amount    exact.Text `json:"amount" doc:"how the amount in dispute is asked for"`
	Start     string     `json:"start" doc:"key of the first question"`
	Questions []Question `json:"questions" nullable:"false"`

	feeKind fee.Kind
}

var risks = map[string]Risk{}

// always are the risks that every report ends with, as hints.
var always []string

// Questionnaires lists all of them.
var Questionnaires = read()

// Find gives a questionnaire by its key. ErrInvalid, naming the field, for one that isn't known.
func Find(key string) (*Questionnaire, error) {
	if i := slices.IndexFunc(Questionnaires, func(q Questionnaire) bool { return q.Key == key }); i >= 0 {
		return &Questionnaires[i], nil
	}
	return nil, court.ErrInvalid.In("dispute")
}

func (q *Questionnaire) question(key string) *Question {
	i := slices.IndexFunc(q.Questions, func(x Question) bool { return x.Key == key })
	if i < 0 {
		return nil
	}
	return &q.Questions[i]
}

func read() (all []Questionnaire) {
	type question struct {
		Question
		Options []struct {
			Option
			Risks []string
		} `json:"options"`
	}
	var data struct {
		Always []string
		Risks  []struct {
			Risk
			Basis string `json:"basis"`
		}
		Common   []question
		Disputes []struct {
			Questionnaire
			FeeKind   fee.Kind   `json:"fee_kind"`
			Questions []question `json:"questions"`
		}
	}
	if err := json.Unmarshal(file, &data); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	always = data.Always
	for _, r := range data.Risks {
		if r.Risk.Basis = []exact.Text{}; r.Basis != "" {
			r.Risk.Basis = law.Cites(r.Basis)
		}
		risks[r.Key] = r.Risk
	}
	for _, d := range data.Disputes {
		d.Questionnaire.feeKind = d.FeeKind
		for _, from := range slices.Concat(d.Questions, data.Common) {
			made := from.Question
			made.Options = nil
			for _, o := range from.Options {
				o.Option.risks = o.Risks
				made.Options = append(made.Options, o.Option)
			}
			d.Questionnaire.Questions = append(d.Questionnaire.Questions, made)
		}
		all = append(all, d.Questionnaire)
	}
	return all
}
