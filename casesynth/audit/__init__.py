"""Claims and their checks, the trail from numbers to rows, the explorer."""
