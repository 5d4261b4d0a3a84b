"""What could be otherwise: draws, ranks over draws, all admissible weights, sensitivity."""
