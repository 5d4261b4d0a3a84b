"""Activity times factor times GWP: emissions by GPC sector and scope, each line with its trace."""
