package risk

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

// Answers are the options chosen, by question. They hold the questions that were asked and no others: who goes back and answers differently drops the answers that no longer lead anywhere.
type Answers map[string][]string

// Path gives the questions that the answers lead through, in order, and the one to ask next: End when only the amount is missing. Errors are ErrInvalid and name answers.QUESTION: an option that isn't
// there, none chosen, several where one is asked for.
func (q *Questionnaire) Path(answers Answers) (asked []*Question, next string, err error) {
	for next = q.Start; next != End; {
		question := q.question(next)
		chosen, ok := answers[next]
		if !ok {
			return asked, next, nil
		}
		options := question.chosen(chosen)
		if options == nil {
			return nil, "", court.ErrInvalid.In("answers." + next)
		}
		asked = append(asked, question)
		next = options[0].Next
	}
	return asked, End, nil
}

// chosen gives the options of an answer in the order in which they are asked; nil where it is none.
func (q *Question) chosen(keys []string) (found []Option) {
	for _, o := range q.Options {
		if slices.Contains(keys, o.Key) {
			found = append(found, o)
		}
	}
	if len(found) != len(keys) || len(keys) > 1 && !q.Multi {
		return nil
	}
	return found
}

// Answered is a round as the report shows it.
type Answered struct {
	Question exact.Text   `json:"question"`
	Answers  []exact.Text `json:"answers" nullable:"false"`
}

// Report is the notice of risks (诉讼风险告知).
type Report struct {
	Dispute string       `json:"dispute"`
	Name    exact.Text   `json:"name" doc:"of the dispute"`
	Amount  int64        `json:"amount" doc:"分"`
	Fee     exact.Result `json:"fee" doc:"acceptance fee of the first instance"`
	HalfFee exact.Amount `json:"half_fee" doc:"in summary procedure, or when the case is mediated or withdrawn"`
	Risks   []Risk       `json:"risks" nullable:"false" doc:"the gravest first; one that says so where no other was found"`
	Hints   []Risk       `json:"hints" nullable:"false" doc:"what everybody should know who goes to court, as far as it doesn't stand in risks"`
	Answers []Answered   `json:"answers" nullable:"false"`
}

// Assess makes the report. amount is in 分, fees as this court takes them. Errors are ErrInvalid and ErrTooLarge, naming dispute, answers.QUESTION or amount.
func Assess(dispute string, answers Answers, amount int64, fees fee.Local) (*Report, error) {
	q, err := Find(dispute)
	if err != nil {
		return nil, err
	}
	asked, next, err := q.Path(answers)
	if err == nil && next != End {
		err = court.ErrInvalid.In("answers." + next)
	}
	if err == nil && len(asked) != len(answers) {
		err = court.ErrInvalid.In("answers")
	}
	if err == nil {
		err = exact.CheckFen("amount", amount)
	}
	if err != nil {
		return nil, err
	}
	r := &Report{Dispute: q.Key, Name: q.Name, Amount: amount, Risks: []Risk{}, Hints: []Risk{}}
	found := map[string]bool{}
	for _, question := range asked {
		said := Answered{Question: question.Text}
		for _, o := range question.chosen(answers[question.Key]) {
			said.Answers = append(said.Answers, o.Text)
			r.Risks = add(r.Risks, found, o.risks)
		}
		r.Answers = append(r.Answers, said)
	}
	if len(r.Risks) == 0 {
		r.Risks = add(r.Risks, found, []string{"low_risk"})
	}
	slices.SortStableFunc(r.Risks, func(a, b Risk) int { return int(b.Severity - a.Severity) })
	r.Hints = add(r.Hints, found, always)
	if r.Fee, err = fee.Compute(fee.Request{Kind: q.feeKind, Amount: &amount}, fees); err != nil {
		return nil, err
	}
	half, err := fee.Compute(fee.Request{Kind: q.feeKind, Amount: &amount, Halve: []string{"summary"}}, fees)
	if r.Fee.Notes == nil {
		r.Fee.Notes = []exact.Text{}
	}
	r.HalfFee = half.Amount
	return r, err
}

// add puts each risk on the list once.
func add(list []Risk, found map[string]bool, keys []string) []Risk {
	for _, key := range keys {
		if !found[key] {
			found[key] = true
			list = append(list, risks[key])
		}
	}
	return list
}
