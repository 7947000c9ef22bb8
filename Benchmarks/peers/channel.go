// Go's buffered channel with 32-byte items, one at a time. Goroutines are no operating system
// threads: a hand-over between two of them on one processor needs no system call.
// go build -o channel channel.go && ./channel PRODUCERS CONSUMERS SLOTS ITEMS
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

type job struct{ id, device, microseconds, arrival uint64 }

func main() {
	var numbers [4]int
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: channel PRODUCERS CONSUMERS SLOTS ITEMS")
		os.Exit(2)
	}
	for i := range numbers {
		numbers[i], _ = strconv.Atoi(os.Args[i+1])
	}
	producers, consumers := numbers[0], numbers[1]
	items := numbers[3] / (producers * consumers) * (producers * consumers)
	channel := make(chan job, numbers[2])
	sums := make([]uint64, consumers)

	var group sync.WaitGroup
	start := time.Now()
	for i := 0; i < producers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for id := 1; id <= items/producers; id++ {
				channel <- job{id: uint64(id)}
			}
		}()
	}
	for i := 0; i < consumers; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			var sum uint64
			for taken := 0; taken < items/consumers; taken++ {
				job := <-channel
				sum += job.id
			}
			sums[i] = sum
		}(i)
	}
	group.Wait()
	seconds := time.Since(start).Seconds()

	var sum uint64
	for _, part := range sums {
		sum += part
	}
	each := uint64(items / producers)
	if sum != uint64(producers)*each*(each+1)/2 {
		fmt.Fprintln(os.Stderr, "WRONG SUM")
		os.Exit(1)
	}
	fmt.Printf("{\"items_per_second\": %.0f}\n", float64(items)/seconds)
}
