package calc

import (
	"math/big"

	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

// LitigationFee gives a court fee (诉讼费计算).
func (f *Figures) LitigationFee(r fee.Request) (exact.Result, error) {
	result, err := fee.Compute(r, f.Fees)
	if result.Notes == nil {
		result.Notes = []exact.Text{}
	}
	return result, err
}

// AmountOf is an amount that a fee is taken of, 分; nil where there is none.
type AmountOf struct {
	Amount *int64 `json:"amount,omitempty" minimum:"0" maximum:"1000000000000000" doc:"分; left out where the application is about no amount"`
}

// PreservationFee gives the fee of an application for preservation and the most security that may be asked for during proceedings (保全费计算).
func (f *Figures) PreservationFee(in AmountOf) (exact.Result, error) {
	result, err := f.LitigationFee(fee.Request{Kind: fee.Preservation, Amount: in.Amount})
	if err != nil || in.Amount == nil {
		return result, err
	}
	w := &work{result: result}
	w.item("security", exact.T("诉讼中保全的担保上限", "Most security in pending proceedings"), false,
		product(yuan(*in.Amount), big.NewRat(30, 100)), "%s×30%%", exact.Yuan(*in.Amount))
	w.basis("财产保全规定第5条")
	return w.result, w.err
}

// ExecutionFee gives the fee of an application for enforcement (执行费计算).
func (f *Figures) ExecutionFee(in AmountOf) (exact.Result, error) {
	return f.LitigationFee(fee.Request{Kind: fee.Execution, Amount: in.Amount})
}
