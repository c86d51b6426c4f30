package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// report prints a row for each variant: medians over the rounds, and ratios to plain
// Envoy that were taken round by round.
func report(out io.Writer, s settings, variants []*variant) error {
	plain := variants[0]
	fmt.Fprintf(out, "%d rounds of %v for each variant in turn, %d connections, one Envoy worker; medians\n\n", s.rounds, s.slice, s.connections)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "variant\treq/s\tof plain\tp50\tp99\tEnvoy µs/req\tGo µs/req\tCPU of plain\t")
	for _, v := range variants {
		fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%v\t%v\t%.1f\t%.1f\t%.2f\t\n", v.name,
			median(v, func(x slice) float64 { return x.perSecond }),
			ratio(v, plain, func(x slice) float64 { return x.perSecond }),
			duration(v, func(x slice) time.Duration { return x.p50 }),
			duration(v, func(x slice) time.Duration { return x.p99 }),
			median(v, func(x slice) float64 { return microseconds(x.envoy) }),
			median(v, func(x slice) float64 { return microseconds(x.own) }),
			ratio(v, plain, func(x slice) float64 { return microseconds(x.envoy + x.own) }))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, v := range variants {
		fmt.Fprintf(out, "%-12s %s\n", v.name, v.what)
	}
	return nil
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func median(v *variant, of func(slice) float64) float64 {
	values := make([]float64, len(v.slices))
	for i, x := range v.slices {
		values[i] = of(x)
	}
	return middle(values)
}

func ratio(v, plain *variant, of func(slice) float64) float64 {
	values := make([]float64, len(v.slices))
	for i, x := range v.slices {
		values[i] = of(x) / of(plain.slices[i])
	}
	return middle(values)
}

func duration(v *variant, of func(slice) time.Duration) time.Duration {
	return time.Duration(median(v, func(x slice) float64 { return float64(of(x)) })).Round(time.Microsecond)
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
