package hub

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/calc"
)

// UseTool does one calculation with this court's figures. It touches no record.
type UseTool[I, R any] struct {
	With func(*calc.Figures, I) (R, error)
	In   I
}

func (u UseTool[I, R]) rule() rule { return rule{act: court.ActToolUse} }

func (u UseTool[I, R]) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (R, error) {
	return u.With(h.figures, u.In)
}

// ListTools gives the calculators, and up to when announced figures are known.
type ListTools struct{}

func (l ListTools) rule() rule { return rule{act: court.ActToolUse} }

func (l ListTools) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (calc.Catalogue, error) {
	return h.figures.Catalogue(), nil
}
